import type { Remedy } from "../problem.ts";
import type { Swept, SweptName } from "./values.ts";

/** Chosen value with its reason. */
export interface FoundValue {
  readonly value: number;
  readonly why: string;
  /** Range of values that are as good. */
  readonly interval: readonly [from: number, to: number];
}

/** Losses of each value over the seeds; null for a diverged value. */
export interface SweepCurve {
  readonly value: readonly number[];
  /** Mean over the seeds. */
  readonly loss: readonly (number | null)[];
  /** Lowest loss of the seeds. */
  readonly low: readonly (number | null)[];
  /** Highest loss of the seeds. */
  readonly high: readonly (number | null)[];
  /** Number of steps of each training. */
  readonly updates: readonly number[];
}

/** Result of a sweep as plain data. */
export interface SweepResult {
  readonly sweep: Swept;
  /** Name of the hyperparameter in the optimizer's settings. */
  readonly hyperparameter: SweptName;
  readonly optimizer: string;
  /** Learning rate of the first step. */
  readonly lr: number;
  /** Chosen value; null if there is no reliable one. */
  readonly chosen: FoundValue | null;
  /** Explains why there is no chosen value; null if there is one. */
  readonly refusal: string | null;
  /** Remedies for a refusal; none if there is a chosen value. */
  readonly remedies: readonly Remedy[];
  readonly curve: SweepCurve;
  /** Loss before the first step. */
  readonly before: number;
  readonly steps: number;
  /** Approximate number of images of each training. */
  readonly images: number;
  readonly seeds: number;
  /** Number of probe images. */
  readonly probe: number;
  /** Part of the data that the probe is from. */
  readonly part: "validation" | "training";
  readonly seconds: number;
}
