import { choice, duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { endOf } from "./moments.ts";
import { reached, since } from "./time.ts";

const SHAPES = {
  linear: (position: number): number => 1 - position,
  cosine: (position: number): number => (1 + Math.cos(Math.PI * position)) / 2,
  "1-sqrt": (position: number): number => 1 - Math.sqrt(position),
};

/**
 * Warm-up, a long stable phase, and a decay at the end (WSD): a run can be cooled down or lengthened from any point of
 * the stable phase. All three phases are within `totalSteps`: a line from 0 to the base in `warmupSteps`, the base, and
 * a decay to `minRatio` times the base in the last `decaySteps`. The decay usually takes a tenth to a fifth of the
 * steps.
 */
export const warmupStableDecay = /* @__PURE__ */ defineSchedule({
  name: "warmupStableDecay",
  title: "Warm-up, stable, decay",
  source: "https://arxiv.org/abs/2405.18392",
  arguments: {
    /** Value of the stable phase. */
    base: number(),
    /** Length of all three phases, in steps. */
    totalSteps: duration(),
    /** Length of the warm-up, in steps. Default 0. */
    warmupSteps: optional(number("[0, inf)"), 0),
    /** Length of the decay, in steps. */
    decaySteps: number("[0, inf)"),
    /** Form of the decay. Default `"1-sqrt"`. */
    decayShape: optional(choice(["linear", "cosine", "1-sqrt"]), "1-sqrt"),
    /** Last value as a share of the base, in [0, 1]. Default 0. */
    minRatio: optional(number("[0, 1]"), 0),
  },
  check: ({ totalSteps, warmupSteps, decaySteps }) =>
    reached(totalSteps, warmupSteps + decaySteps)
      ? undefined
      : `warmupSteps + decaySteps = ${warmupSteps + decaySteps}: expected at most totalSteps = ${totalSteps}`,
  values: ({ base, totalSteps, warmupSteps, decaySteps, decayShape, minRatio }) => {
    const shape = SHAPES[decayShape];
    const decayStart = totalSteps - decaySteps;
    return (step) => {
      if (reached(step, totalSteps)) return base * minRatio;
      if (!reached(step, warmupSteps)) return (base * step) / warmupSteps;
      if (!reached(step, decayStart)) return base;
      return base * (minRatio + (1 - minRatio) * shape(since(step, decayStart) / decaySteps));
    };
  },
  moments: ({ base, totalSteps, warmupSteps, decaySteps, minRatio }) => [
    { name: "end of the warm-up", step: warmupSteps, type: "change" },
    { name: "start of the decay", step: totalSteps - decaySteps, type: "close" },
    endOf(totalSteps, base, base * minRatio),
  ],
  end: ({ totalSteps }) => totalSteps,
});
