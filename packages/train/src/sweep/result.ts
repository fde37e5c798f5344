import type { Swept, SweptName } from "./values.ts";

/** A value and the reason for it. */
export interface FoundValue {
  readonly value: number;
  readonly why: string;
  /** The values that are as good. */
  readonly interval: readonly [from: number, to: number];
}

/** The losses of each value, over the seeds; null where one of them has diverged. */
export interface SweepCurve {
  readonly value: readonly number[];
  /** The mean. */
  readonly loss: readonly (number | null)[];
  /** The least and the greatest. */
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  /** Updates that each training took. */
  readonly updates: readonly number[];
}

/** What a sweep came to: plain data. */
export interface SweepResult {
  readonly sweep: Swept;
  /** Its name in the optimizer's settings. */
  readonly hyperparameter: SweptName;
  readonly optimizer: string;
  /** Of the first step; that of all, but where the optimizer has a schedule. */
  readonly lr: number;
  /** The value to train with; null where there is none to trust. */
  readonly chosen: FoundValue | null;
  /** Why none is chosen, in words; null where one is. */
  readonly refusal: string | null;
  readonly curve: SweepCurve;
  /** The loss before the first update. */
  readonly before: number;
  readonly steps: number;
  /** Images that each training saw, as nearly as its batches allow. */
  readonly images: number;
  readonly seeds: number;
  /** Fixed images that each training was judged by, and where they are from. */
  readonly probe: number;
  readonly part: "validation" | "training";
  readonly seconds: number;
}
