import { nullable, number, readArguments, schedule as scheduleArgument } from "../schedules/arguments.ts";
import { batchSizes } from "../schedules/batch-sizes.ts";
import { reciprocal } from "../schedules/reciprocal.ts";
import { scale } from "../schedules/scale.ts";
import type { Schedule } from "../schedules/schedule.ts";

/** Batch sizes and rate in place of a decaying rate, by the epoch. */
export interface IncreasedBatch {
  readonly batchSize: Schedule;
  /** Constant until the largest batch is reached, then falling. */
  readonly lr: Schedule;
  /** How many updates the epochs take, counting unfinished batches as parts. */
  readonly updates: number;
  /** How many they take with the decaying rate and the first batch size. */
  readonly updatesWithDecay: number;
}

/**
 * Turns a decaying rate into the growing batch sizes of the same noise scale ("Don't decay the learning rate, increase
 * the batch size", https://arxiv.org/abs/1711.00489): as many epochs, far fewer updates. Where a batch would be larger
 * than `maximum` (default: a tenth of `trainSize`) the rate falls for the rest.
 *
 * @param schedule the rate by the epoch (not by the step, of which epochs have fewer and fewer); batch sizes change
 *   at the start of epochs
 * @param settings `batchSize` at the start; `trainSize`, the number of training images; `epochs` to count updates in
 * @throws if the rate does not begin above 0, or `maximum` is below the first batch size
 * @example
 * const rate = multiStep({ base: 0.1, milestones: [60, 120, 160], gamma: 0.2 });
 * const { batchSize, lr, updates } = increaseBatchInsteadOfDecay(rate, {
 *   batchSize: 128, trainSize: 50_000, epochs: 200, maximum: 5120,
 * });
 * batchSize(60); // 640, and updates is 29141 in place of 78125
 */
export function increaseBatchInsteadOfDecay(
  schedule: Schedule,
  settings: {
    readonly batchSize: number;
    readonly trainSize: number;
    readonly epochs: number;
    readonly maximum?: number | null;
  },
): IncreasedBatch {
  const { batchSize, trainSize, epochs, maximum } = readArguments(
    NAME,
    {
      schedule: scheduleArgument(),
      batchSize: number("[1, inf) whole"),
      trainSize: number("[1, inf) whole"),
      epochs: number("[1, inf) whole"),
      maximum: nullable(number("[1, inf) whole")),
    },
    { ...settings, schedule },
  );
  const first = schedule(0);
  if (!(first > 0)) throw new RangeError(`${NAME}: the rate begins at ${first}: expected a number above 0`);
  const sizes = batchSizes(reciprocal(schedule, batchSize * first), { trainSize, maximum });
  const perEpoch = Array.from({ length: epochs }, (_, epoch) => trainSize / sizes(epoch));
  return {
    batchSize: sizes,
    lr: scale(sizes.lrFactor, first),
    updates: Math.round(perEpoch.reduce((sum, updates) => sum + updates, 0)),
    updatesWithDecay: Math.round((epochs * trainSize) / batchSize),
  };
}

const NAME = "increaseBatchInsteadOfDecay";
