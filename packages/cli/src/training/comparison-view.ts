import {
  type Comparison,
  type ComparisonEvent,
  type ComparisonFacts,
  comparisonReport,
  countTrials,
  type EntrantResult,
  type Mean,
  type Measure,
  type Outcome,
  type Trial,
} from "@downhill/experiments";
import type { RunEvent } from "@downhill/train";
import { duration, present } from "@downhill/train/text";
import { quote } from "../config/command-line.ts";
import type { Field } from "../output/fit.ts";
import { count, loss, percent, plural, short } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { joinSections } from "../output/sections.ts";
import { type Column, definitions, pairs, table } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { PROGRAM } from "../program-name.ts";
import { JsonEvents } from "./json-events.ts";

type TrialEvent = Extract<ComparisonEvent, { kind: "trialEvent" }>;
type OutcomeEvent = Extract<ComparisonEvent, { kind: "outcome" }>;

/** Prints the progress of a comparison: a line for each trial, and the table so far after each compared training. */
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
    } else if (event.kind === "comparison") this.#begin(event.facts, event.folder);
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
      this.#output.json({ event: "start", folder: event.folder, comparison: event.facts });
    } else this.#json.show(event);
  }

  #begin(facts: ComparisonFacts, folder: string): void {
    const isFirst = this.#facts === null;
    this.#facts = facts;
    const { entrants, seeds, tuning, data } = facts;
    if (!isFirst) {
      this.#output.log(
        `The time limit allows ${plural(tuning, "training")} each to find the learning rate, and ${plural(seeds.length, "seed")}.`,
      );
      return;
    }
    this.#output.log(
      `${plural(entrants.length, "entrant")} on ${data.name}: a range test and ${plural(tuning, "training")} each to find the learning rate, then ${plural(seeds.length, "training")} each with that rate, evaluated on ${data.part} images. Folder: ${folder}`,
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
    const own = fieldsOf(event);
    if (own !== null) this.#output.status([...this.#fields(entrant, trial), ...own]);
  }

  #endTrial({ entrant, trial, outcome, comparison }: OutcomeEvent): void {
    this.#ended++;
    this.#output.log(`${entrant}, ${this.#stage(trial)}: ${outcomeText(outcome)}`);
    if (trial.kind === "seed") this.#output.log(scoreTable(comparison, this.#output.progress));
  }

  #fields(entrant: string, trial: Trial): Field[] {
    const facts = this.#facts;
    return present([
      { text: `${entrant}, ${this.#stage(trial)}`, drop: 0 },
      facts && { text: `trial ${this.#ended + 1} of ${countTrials(facts)}`, drop: 2 },
    ]);
  }

  #stage(trial: Trial): string {
    if (trial.kind === "range-test") return "range test";
    return trial.kind === "seed" ? `seed ${trial.seed}` : `tuning ${trial.number} of ${this.#facts?.tuning}`;
  }
}

/** Returns the fields of the status line for the progress of a trial; null for events without progress. */
function fieldsOf(event: RunEvent): Field[] | null {
  if (event.kind === "finding") return [{ text: `step ${event.step + 1}/${event.steps}`, drop: 1 }];
  if (event.kind !== "step") return null;
  return [
    { text: `step ${count(event.line.step + 1)}/${count(event.totalSteps)}`, drop: 1 },
    { text: `loss ${loss(event.line.loss)}`, drop: 3 },
  ];
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "range-test":
      return outcome.refusal === null
        ? `learning rate ${short(outcome.lr)}`
        : `no learning rate found. The search starts at the default, ${short(outcome.lr)}`;
    case "trained":
      return `learning rate ${short(outcome.lr)}, loss ${loss(outcome.loss)}, accuracy ${percent(outcome.accuracy)}`;
    case "diverged":
      return `learning rate ${short(outcome.lr)}: the training diverged`;
    case "no-rate":
      return "there is no learning rate to train with";
    case "failed":
      return `failed: ${outcome.problem}`;
  }
}

const HEADINGS: Readonly<Record<Measure, string>> = {
  accuracy: "accuracy",
  loss: "loss",
  seconds: "time to target",
  updates: "updates to target",
};

/** Formats a score of a measure. */
export function scoreText(measure: Measure, value: number): string {
  if (measure === "accuracy") return percent(value, 2);
  if (measure === "loss") return loss(value);
  return measure === "seconds" ? duration(value) : count(value);
}

/** Formats the interval of a score. */
function intervalText(measure: Measure, { interval }: Mean): string {
  if (interval === null) return "-";
  const [low, high] = measure === "accuracy" ? [Math.max(0, interval[0]), Math.min(1, interval[1])] : interval;
  return measure === "accuracy"
    ? `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}`
    : `${scoreText(measure, Math.max(0, low))} to ${scoreText(measure, high)}`;
}

/** Returns the table of a comparison at any stage, the best entrant first. */
function scoreTable({ entrants, facts }: Comparison, terminal: Terminal): string {
  const { measure, target } = facts;
  const right = { align: "right" } as const;
  const columns: Column[] = [
    { title: "entrant" },
    { title: HEADINGS[measure], ...right },
    { title: "95 % interval", ...right, drop: 1 },
    ...(target === null || measure === "seconds" || measure === "updates"
      ? []
      : [{ title: `to ${percent(target, 0)}`, ...right, drop: 3 }]),
    { title: "rate", ...right, drop: 2 },
    { title: "good rates", ...right, drop: 4 },
    { title: "seeds", ...right, drop: 5 },
    { title: "time", ...right, drop: 6 },
  ];
  const rows = entrants.map((entrant) => {
    const { name, score, seeds, lr, good, seconds } = entrant;
    return [
      name,
      score === null ? statusText(entrant) : scoreText(measure, score.mean),
      score === null ? "" : intervalText(measure, score),
      ...(columns.length === 8 ? [targetText(entrant)] : []),
      lr === null ? "-" : short(lr),
      good === null ? "-" : `${short(good.low, 2)} to ${short(good.high, 2)}`,
      String(seeds.filter((outcome) => outcome?.kind === "trained").length),
      duration(seconds.tuning + seconds.training),
    ];
  });
  return table(terminal, columns, rows);
}

function targetText({ target, seeds }: EntrantResult): string {
  if (target === null) return "-";
  const ended = seeds.filter((outcome) => outcome?.kind === "trained").length;
  if (target.updates === null) return "never";
  const updates = `${count(target.updates.mean)} updates`;
  return target.reached === ended ? updates : `${updates} (${target.reached} of ${ended})`;
}

const STATUS_TEXTS: Readonly<Record<EntrantResult["status"], string>> = {
  waiting: "waiting",
  tuning: "finding its rate",
  training: "training",
  finished: "diverged",
  dropped: "dropped",
  "no rate": "diverges at every rate",
  failed: "failed",
};

function statusText({ status, seeds, accuracy }: EntrantResult): string {
  if (status === "finished" && accuracy !== null && !seeds.some((outcome) => outcome?.kind === "diverged")) {
    return "target not reached";
  }
  return STATUS_TEXTS[status];
}

/** Returns a comparison as text: the table, the verdict, the hyperparameters in force, the cost, and the next command. */
export function comparisonText(comparison: Comparison, { results }: Output): string {
  const { entrants, verdict, folder, facts, isFinished } = comparison;
  const total = (key: "tuning" | "training"): number => entrants.reduce((sum, { seconds }) => sum + seconds[key], 0);
  const trainings = entrants.reduce(
    (sum, { tuning, seeds }) => sum + tuning.trainings.length + seeds.filter(Boolean).length,
    0,
  );
  const inForce = entrants.flatMap(({ name, seeds, tuning }) => {
    const trained = [...seeds, ...tuning.trainings].find((outcome) => outcome?.kind === "trained");
    return trained?.kind === "trained" ? [[name, hyperparametersText(trained.hyperparameters)] as const] : [];
  });
  return joinSections([
    scoreTable(comparison, results),
    verdict === null ? null : results.style("bold", verdict),
    inForce.length === 0 ? null : definitions(results, inForce),
    `${plural(trainings, "training")}: ${duration(total("tuning"))} to find the rates, the same number of trainings for each entrant, and ${duration(total("training"))} to compare.`,
    isFinished ? null : "Stopped. The comparison is saved.",
    pairs(results, [
      ["folder", folder],
      ["report", comparisonReport(folder)],
      isFinished
        ? ["add", `${PROGRAM} compare --add ${quote(folder)} --optimizers NAME`]
        : ["resume", `${PROGRAM} compare --resume ${quote(folder)}`],
    ]),
    facts.seeds.length > 1 ? null : "One seed gives no interval, and no difference can be tested.",
  ]);
}

const hyperparametersText = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");

/** Returns a comparison as the last line of `--json`. */
export const comparisonToJson = ({ folder, facts, entrants, pairs: all, verdict, isFinished }: Comparison): object => ({
  event: "result",
  folder,
  report: comparisonReport(folder),
  status: isFinished ? "finished" : "stopped",
  measure: facts.measure,
  verdict,
  entrants,
  pairs: all.map(({ a, b, ...rest }) => ({ a: entrants[a]?.name, b: entrants[b]?.name, ...rest })),
});
