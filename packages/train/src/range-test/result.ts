import type { LossCurve, SuggestionName } from "@downhill/optim";

/** Suggested learning rate with its reason. */
export interface FoundRate {
  readonly lr: number;
  readonly why: string;
  /** Range of learning rates that are about equally good. */
  readonly interval?: readonly [low: number, high: number];
}

/** Result of a range test as plain data. */
export interface FinderResult {
  /** Name of the optimizer. */
  readonly optimizer: string;
  /** Chosen learning rate; null if the curve suggests no reliable one. */
  readonly chosen: FoundRate | null;
  /** Suggestion of each method. */
  readonly suggestions: Readonly<Record<SuggestionName, FoundRate | null>>;
  /** Method of the chosen suggestion. */
  readonly choose: SuggestionName;
  /** Learning rate known to be good before the test; `confirmed` is true if the test chose it. Null without one. */
  readonly known?: { readonly lr: number; readonly confirmed: boolean } | null;
  /** Explains why there is no chosen rate; null if there is one. */
  readonly refusal: string | null;
  /** Loss (the median over several seeds) and smoothed loss at each learning rate. */
  readonly curve: LossCurve;
  readonly lowest: number;
  readonly highest: number;
  readonly spacing: "exponential" | "linear";
  /** Number of steps of a complete test. */
  readonly steps: number;
  /** Number of passes through the training images; images repeat above 1. */
  readonly rounds: number;
  readonly seeds: number;
  /** Number of probe images; 0 if the losses are those of the batches. */
  readonly probe: number;
  readonly seconds: number;
}
