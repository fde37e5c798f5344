import { number, optional, readArguments } from "../schedules/arguments.ts";

/**
 * Returns the noise scale of SGD's steps, `lr * trainSize / (batchSize * (1 - momentum))`. Trainings whose noise scale
 * changes in the same way reach similar results. The formula holds for batch sizes far below the training set's size;
 * Smith et al., https://arxiv.org/abs/1711.00489.
 * @example noiseScale({ lr: 0.1, batchSize: 128, trainSize: 50_000, momentum: 0.9 }) // 390.6
 * @throws if an argument is missing or out of range
 */
export function noiseScale(given: {
  /** Learning rate. */
  readonly lr: number;
  /** Batch size, in images. */
  readonly batchSize: number;
  /** Number of training images. */
  readonly trainSize: number;
  /** Momentum, in [0, 1). Default 0. */
  readonly momentum?: number;
}): number {
  const { lr, batchSize, trainSize, momentum } = readArguments(
    "noiseScale",
    {
      lr: number("[0, inf)"),
      batchSize: number("(0, inf)"),
      trainSize: number("(0, inf)"),
      momentum: optional(number("[0, 1)"), 0),
    },
    given,
  );
  return (lr * trainSize) / (batchSize * (1 - momentum));
}
