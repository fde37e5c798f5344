import { choice, flag, number, optional } from "./arguments.ts";
import { constant } from "./constant.ts";
import { defineSchedule } from "./define.ts";
import { type Point, piecewise } from "./piecewise.ts";
import type { Schedule } from "./schedule.ts";
import { sequence } from "./sequence.ts";

/**
 * OneCycle, as PyTorch's `OneCycleLR`: up from `maxLr / divFactor` to `maxLr` in the first `pctStart` of the steps, then
 * down to `maxLr / divFactor / finalDivFactor` at the last. With `threePhase`, which is the paper's form, it goes down to
 * where it began in as many steps as up, and the rest is annihilation. `maxLr` is what the learning-rate finder suggests.
 * `totalSteps` counts updates, and not epochs: its last value is in force at step `totalSteps - 1`.
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
    maxLr: number("(0, inf)"),
    totalSteps: number("[1, inf) whole"),
    pctStart: optional(number("[0, 1]"), 0.3),
    annealStrategy: optional(choice(["cos", "linear"]), "cos"),
    baseMomentum: optional(number(), 0.85),
    maxMomentum: optional(number(), 0.95),
    divFactor: optional(number("(0, inf)"), 25),
    finalDivFactor: optional(number("(0, inf)"), 1e4),
    threePhase: optional(flag(), false),
  },
  values: ({ maxLr, divFactor, finalDivFactor, ...cycle }) => {
    const initial = maxLr / divFactor;
    return phases(cycle, initial, maxLr, initial / finalDivFactor);
  },
  moments: ({ totalSteps, pctStart }) => [
    // A cycle of one step has the last value alone.
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
 * From `start` to `peak` to `last`, with the ends of the phases where PyTorch has them. A step belongs to the first phase
 * that ends at or after it, so a phase that ends before step 0 is left out, and one that goes on past the last step is cut
 * off there. A phase of no length at step 0, where PyTorch divides by 0, is a jump to its end.
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
