import type { Evaluation } from "../evaluation/scores.ts";
import type { Spent } from "./checkpoint.ts";

/** Result of a training. */
export interface TrainResult {
  readonly steps: number;
  /** Number of completed epochs. */
  readonly epochs: number;
  /** Reason for an end before the last epoch; null otherwise. */
  readonly stopped: string | null;
  /** Evaluation of `weights`; null without held-out images, or if they are those within an epoch. */
  readonly evaluation: Evaluation | null;
  /**
   * Parameters and buffers for evaluation, by name, which the network holds after the training: those that a callback
   * keeps, such as `stopEarly`, or else the last ones. Averages of an optimizer have measured statistics of batch norm.
   */
  readonly weights: Readonly<Record<string, Float32Array>>;
  /** Number of steps after which the training had these weights. */
  readonly weightsStep: number;
  readonly spent: Spent;
}
