import type { LossCurve, SuggestionName } from "@downhill/optim";

/** A rate and the reason for it. */
export interface FoundRate {
  readonly lr: number;
  readonly why: string;
  /** Between which rates it is hard to tell which is best. */
  readonly interval?: readonly [low: number, high: number];
}

/** What a range test came to: plain data. */
export interface FinderResult {
  /** The optimizer that it is for. */
  readonly optimizer: string;
  /** The rate to train with; null where the curve shows none to trust. */
  readonly chosen: FoundRate | null;
  /** What each way to choose says by itself. */
  readonly suggestions: Readonly<Record<SuggestionName, FoundRate | null>>;
  /** Which of them was to be chosen. */
  readonly choose: SuggestionName;
  /** The rate that was known to be good before the test, and whether the test confirms it; null without one. */
  readonly known?: { readonly lr: number; readonly confirmed: boolean } | null;
  /** Why none is chosen, in words; null where one is. */
  readonly refusal: string | null;
  /** What was judged: losses as found (of several seeds their median), and smoothed, at each rate. */
  readonly curve: LossCurve;
  readonly lowest: number;
  readonly highest: number;
  readonly spacing: "exponential" | "linear";
  /** Updates of a whole sweep. */
  readonly steps: number;
  /** How often the sweep goes through all training images: above 1, images come again. */
  readonly rounds: number;
  readonly seeds: number;
  /** Fixed images that each rate was judged by; 0 where it was the batch. */
  readonly probe: number;
  readonly seconds: number;
}
