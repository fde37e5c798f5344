import { choice, duration, nullable, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import type { Schedule } from "./schedule.ts";
import { since, wholeLengths } from "./time.ts";

/**
 * Cyclical rates, as PyTorch's `CyclicLR`: linearly up from `baseLr` to `maxLr` in `stepSizeUp` steps, and down again
 * in `stepSizeDown` (default: as many; 0 is a jump back), repeated forever. The peaks stay equal (`triangular`), halve
 * each cycle (`triangular2`) or shrink by `gamma` every step (`expRange`). Smith advises 2 to 10 epochs up, and the
 * bounds that a range test shows.
 *
 * `.momentum` is the schedule in antiphase, from `maxMomentum` down to `baseMomentum` and back, for `momentum` or
 * `beta1`.
 */
export const cyclical = /* @__PURE__ */ defineSchedule({
  name: "cyclical",
  title: "Cyclical",
  source: "https://arxiv.org/abs/1506.01186",
  arguments: {
    /** Lowest value of each cycle. */
    baseLr: number(),
    /** Highest value of the first cycle. */
    maxLr: number(),
    /** Steps from the lowest to the highest value. Default 2000. */
    stepSizeUp: optional(duration(), 2000),
    /** Steps back to the lowest value. Default null: as many as `stepSizeUp`. */
    stepSizeDown: nullable(number("[0, inf)")),
    /** Height of later peaks: all equal, halved each cycle, or multiplied by `gamma` each step. Default `"triangular"`. */
    mode: optional(choice(["triangular", "triangular2", "expRange"]), "triangular"),
    /** Factor of the peaks per step with the mode `"expRange"`, in [0, 1]. Default 1. */
    gamma: optional(number("[0, 1]"), 1),
    /** Lowest momentum, at the highest rate. Default 0.8. */
    baseMomentum: optional(number(), 0.8),
    /** Highest momentum, at the lowest rate. Default 0.9. */
    maxMomentum: optional(number(), 0.9),
  },
  values: ({ baseLr, maxLr, stepSizeUp, stepSizeDown, mode, gamma }) => {
    const total = stepSizeUp + (stepSizeDown ?? stepSizeUp);
    const peaks = {
      triangular: () => 1,
      triangular2: (cycle: number) => 0.5 ** cycle,
      expRange: (_: number, step: number) => gamma ** step,
    }[mode];
    return (step) => {
      const cycle = wholeLengths(step, total);
      const position = since(step, cycle * total);
      const height = position <= stepSizeUp ? position / stepSizeUp : (total - position) / (total - stepSizeUp);
      return baseLr + (maxLr - baseLr) * height * peaks(cycle, step);
    };
  },
  moments: ({ stepSizeUp, stepSizeDown }) => [
    { name: "first peak", step: stepSizeUp, type: "close" },
    { name: "end of the first cycle", step: stepSizeUp + (stepSizeDown ?? stepSizeUp), type: "close" },
  ],
  companions: {
    momentum: ({ baseMomentum, maxMomentum, ...cycle }): Schedule =>
      cyclical({ ...cycle, baseLr: maxMomentum, maxLr: baseMomentum }),
  },
});
