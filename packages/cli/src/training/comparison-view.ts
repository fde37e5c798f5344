import {
  type Comparison,
  type ComparisonEvent,
  type ComparisonFacts,
  countEnded,
  countTrials,
  type Outcome,
  type Trial,
} from "@downhill/experiments";
import type { RunEvent } from "@downhill/train";
import { present } from "@downhill/train/text";
import type { Field } from "../output/fit.ts";
import { count, loss, percent, plural, short } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { scoreTable } from "./comparison-table.ts";
import { JsonEvents } from "./json-events.ts";

type TrialEvent = Extract<ComparisonEvent, { kind: "trialEvent" }>;
type OutcomeEvent = Extract<ComparisonEvent, { kind: "outcome" }>;

/** Prints the progress of a comparison: a line for each trial, and the table so far after each compared training but the last. */
export class ComparisonView {
  readonly #output: Output;
  readonly #json: JsonEvents;
  #facts: ComparisonFacts | null = null;
  #ended = 0;

  constructor(output: Output) {
    this.#output = output;
    this.#json = new JsonEvents(output);
  }

  show(event: ComparisonEvent): void {
    if (this.#output.mode.json) {
      if (!this.#output.mode.quiet) this.#showJson(event);
    } else if (event.kind === "comparison") this.#begin(event.comparison);
    else if (event.kind === "trial") this.#startTrial(event);
    else if (event.kind === "trialEvent") this.#progress(event);
    else if (event.kind === "outcome") this.#endTrial(event);
    else if (event.kind === "data") this.#output.status([{ text: event.what, drop: 0 }]);
    else if (event.kind === "finishing") this.#output.status([{ text: event.what, drop: 0 }]);
    else if (event.kind === "note") this.#output.note(event.text);
  }

  #showJson(event: ComparisonEvent): void {
    if (event.kind === "trialEvent") return;
    if (event.kind === "outcome") {
      const { kind, comparison: _, trial, ...rest } = event;
      this.#output.json({ event: kind, ...trial, ...rest, trial: trial.kind });
    } else if (event.kind === "trial") {
      const { kind, trial, ...rest } = event;
      this.#output.json({ event: kind, ...trial, ...rest, trial: trial.kind });
    } else if (event.kind === "comparison") {
      const { folder, facts } = event.comparison;
      this.#output.json({ event: "start", folder, comparison: facts });
    } else this.#json.show(event);
  }

  #begin({ facts, folder, entrants: results }: Comparison): void {
    const isFirst = this.#facts === null;
    this.#facts = facts;
    this.#ended = countEnded(results);
    const { entrants, seeds, tuning, weightDecayTuning = 0, data } = facts;
    if (!isFirst) {
      this.#output.log(
        `The time limit allows ${plural(tuning, "training")} each to find the learning rate, and ${plural(seeds.length, "seed")}.`,
      );
      return;
    }
    this.#output.log(
      `${plural(entrants.length, "entrant")} on ${data.name}: a range test and ${plural(tuning, "training")} each to find the learning rate${weightDecayTuning > 0 ? `, ${weightDecayTuning} more to find the weight decay` : ""}, then ${plural(seeds.length, "training")} each with that rate, evaluated on ${data.part} images. Folder: ${folder}`,
    );
    if (seeds.length === 1)
      this.#output.note("One seed gives no interval, and no difference can be tested. Use --seeds 3.");
  }

  #startTrial({ entrant, trial, attempt }: Extract<ComparisonEvent, { kind: "trial" }>): void {
    if (attempt > 1)
      this.#output.note(`${entrant}, ${this.#stage(trial)}: its process ended without a result. Repeating it.`);
    this.#output.status(this.#fields(entrant, trial));
  }

  #progress({ entrant, trial, event }: TrialEvent): void {
    const own = progressFields(event);
    if (own !== null) this.#output.status([...this.#fields(entrant, trial), ...own]);
  }

  #endTrial({ entrant, trial, outcome, comparison }: OutcomeEvent): void {
    this.#ended = countEnded(comparison.entrants);
    this.#output.log(`${entrant}, ${this.#stage(trial)}: ${outcomeText(outcome)}`);
    // The result of a finished comparison is this table.
    if (trial.kind === "seed" && !comparison.isFinished)
      this.#output.log(scoreTable(comparison, this.#output.progress));
  }

  #fields(entrant: string, trial: Trial): Field[] {
    const facts = this.#facts;
    return present([
      { text: `${entrant}, ${this.#stage(trial)}`, drop: 0 },
      facts && { text: `trial ${this.#ended + 1} of ${countTrials(facts)}`, drop: 2 },
    ]);
  }

  #stage(trial: Trial): string {
    return stageText(trial, this.#facts);
  }
}

/** Names the stage of a trial. */
export function stageText(trial: Trial, facts: ComparisonFacts | null = null): string {
  if (trial.kind === "range-test") return "range test";
  if (trial.kind === "seed") return `seed ${trial.seed}`;
  const [name, count] =
    trial.kind === "tuning" ? ["tuning", facts?.tuning] : ["weight decay", facts?.weightDecayTuning];
  return `${name} ${trial.number}${count === undefined ? "" : ` of ${count}`}`;
}

/** Returns the fields of the status line for the progress of a trial; null for events without progress. */
export function progressFields(event: RunEvent): Field[] | null {
  if (event.kind === "finding") return [{ text: `step ${event.step + 1}/${event.steps}`, drop: 1 }];
  if (event.kind !== "step") return null;
  return [
    { text: `step ${count(event.line.step + 1)}/${count(event.totalSteps)}`, drop: 1 },
    { text: `loss ${loss(event.line.loss)}`, drop: 3 },
  ];
}

export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "range-test":
      return outcome.refusal === null
        ? `learning rate ${short(outcome.lr)}`
        : `no learning rate found. The search starts at the default, ${short(outcome.lr)}`;
    case "trained":
      return `learning rate ${short(outcome.lr)}${decayText(outcome)}, loss ${loss(outcome.loss)}, accuracy ${percent(outcome.accuracy)}`;
    case "diverged":
      return `learning rate ${short(outcome.lr)}${decayText(outcome)}: the training diverged`;
    case "no-rate":
      return "there is no learning rate to train with";
    case "failed":
      return `failed: ${outcome.problem}`;
  }
}

const decayText = ({ weightDecay }: { readonly weightDecay?: number }): string =>
  weightDecay === undefined ? "" : `, weight decay ${short(weightDecay)}`;
