import { nullable, number, readArguments, schedule as scheduleArgument } from "../schedules/arguments.ts";
import { batchSizes } from "../schedules/batch-sizes.ts";
import { reciprocal } from "../schedules/reciprocal.ts";
import { scale } from "../schedules/scale.ts";
import type { Schedule } from "../schedules/schedule.ts";

/** Growing batch sizes and a rate that replace a decaying rate, both by epoch. */
export interface IncreasedBatch {
  readonly batchSize: Schedule;
  /** Rate: constant until the largest batch size is reached, then falling. */
  readonly lr: Schedule;
  /** Number of updates in all epochs; an incomplete batch counts as a fraction. */
  readonly updates: number;
  /** Number of updates with the decaying rate and the first batch size. */
  readonly updatesWithDecay: number;
}

/**
 * Converts a decaying rate into growing batch sizes of the same noise scale ("Don't decay the learning rate, increase
 * the batch size", https://arxiv.org/abs/1711.00489): the same number of epochs with far fewer updates. Once the batch
 * size reaches `maximum`, the rate falls instead.
 *
 * @param schedule the rate by epoch (not by step, because the number of steps per epoch falls); batch sizes change at
 *   the start of an epoch
 * @param settings batch size at the start, number of training images, number of epochs, and maximum batch size
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
    /** Batch size at the start, in images. */
    readonly batchSize: number;
    /** Number of training images. */
    readonly trainSize: number;
    /** Number of epochs in which updates are counted. */
    readonly epochs: number;
    /** Largest batch size. Default null: a tenth of `trainSize`. */
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
