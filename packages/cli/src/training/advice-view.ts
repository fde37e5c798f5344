import {
  type Advice,
  type AdviceEvent,
  answerText,
  type Experiment,
  lengthsText,
  questionTitles,
} from "@downhill/experiments";
import type { RunEvent } from "@downhill/train";
import { duration, present } from "@downhill/train/text";
import type { Field } from "../output/fit.ts";
import { clock, percent, plural } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { outcomeText, progressFields, stageText } from "./comparison-view.ts";
import { JsonEvents } from "./json-events.ts";

/** Titles of the experiments. */
const TITLES: Readonly<Record<Experiment["name"], string>> = {
  speed: "Measuring the speed of a short training",
  selection: "Training candidates",
  "noise-scale": "Measuring the gradient noise scale",
  rates: "Searching learning rates",
  validation: "Validating on fresh seeds",
};

/** Prints the progress of an advice: a line for each trial, each answer, and the time that is left. */
export class AdviceView {
  readonly #output: Output;
  readonly #json: JsonEvents;
  #advice: Advice | null = null;
  #answers = 0;
  #hasLengths = false;
  #experiment: Experiment | null = null;
  /** Time at which the advice began or resumed, and the time that its trainings had taken. */
  #begun = { at: performance.now(), spent: 0 };

  constructor(output: Output) {
    this.#output = output;
    this.#json = new JsonEvents(output);
  }

  show(event: AdviceEvent): void {
    if (this.#output.mode.json) {
      if (!this.#output.mode.quiet) this.#showJson(event);
    } else if (event.kind === "advice") this.#begin(event.advice);
    else if (event.kind === "experiment") this.#startExperiment(event.experiment, event.advice);
    else if (event.kind === "trial") this.#output.status(this.#fields(event.entrant, stageText(event.trial)));
    else if (event.kind === "trialEvent") this.#progress(event.entrant, stageText(event.trial), event.event);
    else if (event.kind === "outcome") {
      this.#output.log(`${event.entrant}, ${stageText(event.trial)}: ${outcomeText(event.outcome)}`);
    } else if (event.kind === "data") this.#output.status([{ text: event.what, drop: 0 }]);
    else if (event.kind === "finishing") {
      this.#showAnswers();
      this.#output.status([{ text: event.what, drop: 0 }]);
    } else if (event.kind === "note") this.#output.note(event.text);
  }

  #showJson(event: AdviceEvent): void {
    if (event.kind === "trialEvent") return;
    if (event.kind === "advice") {
      const { folder, facts } = event.advice;
      this.#output.json({ event: "start", folder, advice: facts });
    } else if (event.kind === "experiment") {
      const { name, expected } = event.experiment;
      const { spent, answers } = event.advice;
      this.#output.json({ event: event.kind, name, expected, spent, left: event.advice.facts.budget - spent, answers });
    } else if (event.kind === "outcome" || event.kind === "trial") {
      const { kind, trial, ...rest } = event;
      const { comparison: _, ...shown } = rest as typeof rest & { readonly comparison?: unknown };
      this.#output.json({ event: kind, ...trial, ...shown, trial: trial.kind });
    } else this.#json.show(event);
  }

  #begin(advice: Advice): void {
    this.#advice = advice;
    const { facts, folder } = advice;
    this.#output.log(
      `Advice for ${facts.data.name}: at most ${duration(facts.budget)}, ${plural(facts.seeds, "seed")} per candidate. Folder: ${folder}`,
    );
  }

  #startExperiment(experiment: Experiment, advice: Advice): void {
    if (this.#experiment === null) this.#begun = { at: performance.now(), spent: advice.spent };
    this.#advice = advice;
    this.#showAnswers();
    const text = lengthsText(advice);
    if (text !== null && !this.#hasLengths) {
      this.#hasLengths = true;
      this.#output.log(text);
    }
    const about = experiment.expected > 0 ? `, about ${duration(Math.ceil(experiment.expected))}` : "";
    this.#output.log(`${TITLES[experiment.name]}${about}. ${duration(this.#left())} left.`);
    this.#experiment = experiment;
  }

  /** Prints the answers since the last call. */
  #showAnswers(): void {
    const answers = this.#advice?.answers ?? [];
    for (const answer of answers.slice(this.#answers)) {
      const gain = answer.kind === "asked" ? ` (expected gain ${percent(answer.expectedGain, 2)})` : "";
      this.#output.log(`${questionTitles[answer.question]}${gain}: ${answerText(answer)}`);
    }
    this.#answers = answers.length;
  }

  /** Returns the time that is left in seconds. */
  #left(): number {
    const { at, spent } = this.#begun;
    return Math.max(0, (this.#advice?.facts.budget ?? 0) - spent - (performance.now() - at) / 1000);
  }

  #progress(entrant: string, stage: string, event: RunEvent): void {
    const own = progressFields(event);
    if (own !== null) this.#output.status([...this.#fields(entrant, stage), ...own]);
  }

  #fields(entrant: string, stage: string): Field[] {
    return present([
      { text: `${entrant}, ${stage}`, drop: 0 },
      { text: `${clock(this.#left())} left`, drop: 2 },
    ]);
  }
}
