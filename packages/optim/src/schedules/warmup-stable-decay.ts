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
 * Warm-up, a long stable phase, and a decay at the end (WSD): from any point of the stable phase a run can be cooled down
 * or lengthened. All three phases lie inside of `totalSteps`: a line from 0 to the base in `warmupSteps`, the base, and in
 * the last `decaySteps` down to `minRatio` times the base. A tenth to a fifth of the steps is a usual decay.
 */
export const warmupStableDecay = /* @__PURE__ */ defineSchedule({
  name: "warmupStableDecay",
  title: "Warm-up, stable, decay",
  source: "https://arxiv.org/abs/2405.18392",
  arguments: {
    base: number(),
    totalSteps: duration(),
    warmupSteps: optional(number("[0, inf)"), 0),
    decaySteps: number("[0, inf)"),
    decayShape: optional(choice(["linear", "cosine", "1-sqrt"]), "1-sqrt"),
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
