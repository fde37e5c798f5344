import type { Evaluation } from "../evaluation/scores.ts";
import type { Spent } from "./checkpoint.ts";

/** Result of a training. */
export interface TrainResult {
  readonly steps: number;
  /** Number of completed epochs. */
  readonly epochs: number;
  /** Reason for an end before the last epoch; null otherwise. */
  readonly stopped: string | null;
  /** Evaluation of the final weights; null without held-out images, or if the training stopped within an epoch. */
  readonly evaluation: Evaluation | null;
  /** Parameters and buffers for evaluation, by name. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly spent: Spent;
}
