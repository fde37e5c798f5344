import { number, optional, readArguments } from "../schedules/arguments.ts";

/**
 * The scale of the noise in SGD's steps, `lr * trainSize / (batchSize * (1 - momentum))`: what rate, batch size and
 * momentum have in common. Trainings whose noise scale takes the same course come out alike. For batches far smaller
 * than the training set; Smith et al., https://arxiv.org/abs/1711.00489.
 * @example noiseScale({ lr: 0.1, batchSize: 128, trainSize: 50_000, momentum: 0.9 }) // 390.6
 * @throws if an argument is missing or out of range
 */
export function noiseScale(given: {
  readonly lr: number;
  readonly batchSize: number;
  readonly trainSize: number;
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
