import { choice, flag, number, optional } from "./arguments.ts";
import { constant } from "./constant.ts";
import { defineSchedule } from "./define.ts";
import { type Point, piecewise } from "./piecewise.ts";
import type { Schedule } from "./schedule.ts";
import { sequence } from "./sequence.ts";

/**
 * OneCycle, as PyTorch's `OneCycleLR`: up from `maxLr / divFactor` to `maxLr` in the first `pctStart` of the steps,
 * then down to `maxLr / divFactor / finalDivFactor` at the last. With `threePhase`, the paper's form, it falls back to
 * its first value in as many steps as it rose, and then to its last. `maxLr` is the rate that the learning-rate finder
 * suggests. `totalSteps` counts updates, not epochs: the last value is in force at step `totalSteps - 1`.
 *
 * `.momentum` is the schedule in antiphase, between `maxMomentum` and `baseMomentum`, for `momentum` or `beta1`.
 * @example
 * const lr = oneCycle({ maxLr: 0.01, totalSteps: 1000 });
 * const optimizer = adam({ lr, beta1: lr.momentum });
 */
export const oneCycle = /* @__PURE__ */ defineSchedule({
  name: "oneCycle",
  title: "OneCycle",
  source: "https://arxiv.org/abs/1708.07120",
  arguments: {
    /** Highest value. */
    maxLr: number("(0, inf)"),
    /** Length of the cycle, in steps; the last value is in force at step `totalSteps - 1`. */
    totalSteps: number("[1, inf) whole"),
    /** Share of the steps in which the value rises, in [0, 1]. Default 0.3. */
    pctStart: optional(number("[0, 1]"), 0.3),
    /** Form of the curve: half a cosine or a line. Default `"cos"`. */
    annealStrategy: optional(choice(["cos", "linear"]), "cos"),
    /** Lowest momentum, at the highest rate. Default 0.85. */
    baseMomentum: optional(number(), 0.85),
    /** Highest momentum, at the lowest rate. Default 0.95. */
    maxMomentum: optional(number(), 0.95),
    /** Highest value divided by the first. Default 25. */
    divFactor: optional(number("(0, inf)"), 25),
    /** First value divided by the last. Default 1e4. */
    finalDivFactor: optional(number("(0, inf)"), 1e4),
    /** True to fall back to the first value before the final fall, as in the paper. Default false. */
    threePhase: optional(flag(), false),
  },
  values: ({ maxLr, divFactor, finalDivFactor, ...cycle }) => {
    const initial = maxLr / divFactor;
    return phases(cycle, initial, maxLr, initial / finalDivFactor);
  },
  moments: ({ totalSteps, pctStart }) => [
    // A cycle of one step has only the last value.
    {
      name: "peak",
      step: totalSteps === 1 && pctStart < 1 ? 1 : Math.max(0, pctStart * totalSteps - 1),
      type: "change",
    },
    { name: "end", step: totalSteps - 1, type: "change", isFinal: true },
  ],
  end: ({ totalSteps }) => totalSteps - 1,
  companions: {
    momentum: ({ maxMomentum, baseMomentum, ...cycle }) => phases(cycle, maxMomentum, baseMomentum, maxMomentum),
  },
});

interface Cycle {
  readonly totalSteps: number;
  readonly pctStart: number;
  readonly annealStrategy: "cos" | "linear";
  readonly threePhase: boolean;
}

/**
 * Returns the curve from `start` to `peak` to `last`, with the ends of the phases as in PyTorch. A step belongs to the
 * first phase that ends at or after it, so a phase that ends before step 0 is omitted, and one that continues past the
 * last step is cut off there. A phase of length 0 at step 0, where PyTorch divides by 0, is a jump to its end.
 */
function phases(
  { totalSteps, pctStart, annealStrategy, threePhase }: Cycle,
  start: number,
  peak: number,
  last: number,
): Schedule {
  const end = totalSteps - 1;
  const ends: Point[] = [[pctStart * totalSteps - 1, peak]];
  if (threePhase) ends.push([2 * pctStart * totalSteps - 2, start]);
  ends.push([end, last]);
  const phases = ends.slice(0, ends.findIndex(([step]) => step >= end) + 1);
  const points = [[0, start] as Point, ...phases].filter(([step], i) =>
    phases.slice(i).every(([later]) => later > step),
  );
  const curve = piecewise({ points, interpolation: annealStrategy === "cos" ? "cosine" : "linear" });
  if (curve.end <= end) return curve;
  return sequence({ schedules: [curve, constant({ base: curve(end) })], milestones: [end] });
}
