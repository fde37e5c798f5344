import type { Evaluation } from "../evaluation/scores.ts";
import type { Spent } from "./checkpoint.ts";

/** What a training came to. */
export interface TrainResult {
  readonly steps: number;
  /** Whole epochs. */
  readonly epochs: number;
  /** Why it ended before its last epoch; null where it did not. */
  readonly stopped: string | null;
  /** Of the last weights; null where there are no images to judge by, or it was stopped within an epoch. */
  readonly evaluation: Evaluation | null;
  /** Parameters and buffers to judge and predict with, by name. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly spent: Spent;
}
