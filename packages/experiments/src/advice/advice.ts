import type { GivenConfig } from "@downhill/train";
import type { Mean } from "@downhill/train/statistics";
import type { Changes } from "../comparison/entrant.ts";
import type { Difference } from "./decide.ts";
import type { Measured, MeasuredNoise } from "./experiment.ts";
import type { AdviceFacts } from "./facts.ts";
import type { Length } from "./lengths.ts";
import type { QuestionName } from "./questions.ts";

/** Candidate of a question, with its difference from the settings in force; null without scores for all seeds. */
export interface Candidate {
  readonly name: string;
  readonly changes: Changes;
  readonly measured: Measured;
  readonly difference: Difference | null;
}

/** Question of an advice, with its answer. */
export type Answer = {
  readonly question: QuestionName;
  /** Expected gain in accuracy, by a rule of thumb. */
  readonly expectedGain: number;
} & (
  | {
      readonly kind: "asked";
      /** Expected time in seconds of its trainings. */
      readonly expectedSeconds: number;
      readonly seconds: number;
      /** Name of the settings in force when it was asked. */
      readonly current: string;
      readonly candidates: readonly Candidate[];
      /** Name of the candidate that was kept; null if none is certainly better. */
      readonly kept: string | null;
      /** Search for learning rates that came first; empty without one. */
      readonly searches: readonly Measured[];
    }
  /** It was not asked; `needs` is the time that it takes, where time was the reason. */
  | { readonly kind: "not asked"; readonly reason: string; readonly needs: number | null }
);

/** Comparison of the chosen settings with the defaults, over seeds that no choice has used. */
export interface Validation {
  readonly seeds: readonly number[];
  readonly defaults: Mean;
  readonly chosen: Mean;
  /** Accuracy of the chosen settings minus that of the defaults, with Student's 95 % interval. */
  readonly difference: Mean;
  /** True if the whole interval is above 0. */
  readonly isBetter: boolean;
}

/** Advice at any stage. */
export interface Advice {
  readonly folder: string;
  readonly facts: AdviceFacts;
  /** Lengths of the trainings of questions and of the validation; null before the speed is known. */
  readonly lengths: { readonly question: Length; readonly validation: Length } | null;
  /** The defaults over the seeds of the questions; null before their trainings have ended. */
  readonly baseline: Measured | null;
  /** Questions in the order of their answers. */
  readonly answers: readonly Answer[];
  /** Settings that the validation compares with the defaults; null if nothing was better. */
  readonly chosen: { readonly name: string; readonly changes: Changes; readonly isCertain: boolean } | null;
  readonly validation: Validation | null;
  /** Gradient noise scale of the defaults; null if it was not measured. */
  readonly noise: MeasuredNoise | null;
  /** Changes that are recommended: those of the chosen settings if they beat the defaults, else none. */
  readonly recommended: Changes;
  /** Recommended configuration, as `downhill train --config` reads it. */
  readonly config: GivenConfig;
  /** Time of all trainings in seconds, divided by the number that run at the same time. */
  readonly spent: number;
  readonly isFinished: boolean;
}

/** Advice in progress. */
export type Draft = { -readonly [K in keyof Advice]: Advice[K] } & { answers: Answer[] };

/** Returns an advice before its first training. */
export const newDraft = (folder: string, facts: AdviceFacts): Draft => ({
  folder,
  facts,
  lengths: null,
  baseline: null,
  answers: [],
  chosen: null,
  validation: null,
  noise: null,
  recommended: {},
  config: facts.given,
  spent: 0,
  isFinished: false,
});
