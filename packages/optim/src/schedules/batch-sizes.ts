import { nullable, number } from "./arguments.ts";
import { clamp } from "./clamp.ts";
import { defineModifier } from "./modifier.ts";
import { reciprocal } from "./reciprocal.ts";
import { scale } from "./scale.ts";
import type { Schedule } from "./schedule.ts";

/**
 * Any schedule as batch sizes: rounded, and at most `maximum`, by default a tenth of the `trainSize` images, as
 * https://arxiv.org/abs/1711.00489 advises, because the rule holds for batch sizes far below the training set's size.
 *
 * `.lrFactor` is the factor for the learning rate: 1, and beyond the maximum the ratio of the maximum to the batch size
 * that the schedule requires.
 *
 * Its steps are epochs, because the number of steps per epoch changes with the batch size.
 * @example batchSizes(step({ base: 128, stepSize: 60, gamma: 5 }), { trainSize: 50_000 }) // 128, 640, 3200, 5000
 */
export const batchSizes = /* @__PURE__ */ defineModifier({
  name: "batchSizes",
  title: "Batch sizes",
  source: "https://arxiv.org/abs/1711.00489",
  arguments: {
    /** Number of training images. */
    trainSize: number("[1, inf) whole"),
    /** Largest batch size. Default null: a tenth of `trainSize`. */
    maximum: nullable(number("[1, inf) whole")),
  },
  check: ({ schedule, ...bound }) => {
    const first = Math.round(schedule(0));
    const maximum = maximumOf(bound);
    if (maximum > bound.trainSize) return `maximum = ${maximum}: expected at most trainSize = ${bound.trainSize}`;
    const given = bound.maximum === null ? `a tenth of trainSize is ${maximum}` : `maximum = ${maximum}`;
    return maximum < first ? `${given}: expected a maximum of at least ${first}, the first batch size` : undefined;
  },
  values: ({ schedule, ...bound }) => {
    const maximum = maximumOf(bound);
    return (epoch) => Math.min(maximum, Math.max(1, Math.round(schedule(epoch))));
  },
  moments: ({ schedule }) => schedule.moments,
  end: ({ schedule }) => schedule.end,
  companions: {
    lrFactor: ({ schedule, ...bound }): Schedule =>
      reciprocal(clamp(scale(schedule, 1 / maximumOf(bound)), { min: 1 }), 1),
  },
});

const maximumOf = ({ trainSize, maximum }: { readonly trainSize: number; readonly maximum: number | null }): number =>
  maximum ?? Math.floor(trainSize / 10);
