import { numberAt } from "../number-at.ts";
import { type Argument, choice, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { type Interpolation, interpolations } from "./interpolate.ts";
import { boundariesReached, since } from "./time.ts";

/** A step, and the value of a curve there. */
export type Point = readonly [step: number, value: number];

const points = (): Argument<readonly Point[]> => ({
  expected: "a list of [step, value] with rising steps",
  accepts: (list): list is readonly Point[] =>
    Array.isArray(list) &&
    list.length > 0 &&
    list.every(
      (point, i) =>
        Array.isArray(point) && point.length === 2 && point.every(Number.isFinite) && !(point[0] <= list[i - 1]?.[0]),
    ),
});

/**
 * A curve through points. Between two points it is a line, half a cosine, an exponential curve, or the value of the
 * earlier point (`"constant"`). Before the first point and after the last it is constant.
 *
 * With `"constant"` each point's value is in force from its step on, as in Optax's `piecewise_constant_schedule` and
 * PyTorch's `MultiStepLR`. Keras's `PiecewiseConstantDecay` keeps the old value at the boundary step itself: its
 * boundary 500 is a point at step 501 here.
 * @example piecewise({ points: [[0, 0], [500, 0.4], [2400, 0]] })
 */
export const piecewise = /* @__PURE__ */ defineSchedule({
  name: "piecewise",
  title: "Piecewise",
  source: "https://optax.readthedocs.io/en/latest/api/optimizer_schedules.html",
  arguments: {
    /** Points `[step, value]` with rising steps, at least one. */
    points: points(),
    /** Form of the curve between two points. Default `"linear"`. */
    interpolation: optional(choice(Object.keys(interpolations) as Interpolation[]), "linear"),
  },
  check: ({ points, interpolation }) => {
    const problem = interpolation === "exponential" && points.find(([, value]) => value <= 0);
    return problem
      ? `exponential interpolation needs values above 0, and at step ${problem[0]} it is ${problem[1]}`
      : undefined;
  },
  values: ({ points, interpolation }) => through(points, interpolations[interpolation]),
  moments: ({ points, interpolation }) => {
    const [[, before = 0] = [], [, last = 0] = []] = points.slice(-2);
    return points.map(([step], i) =>
      interpolation === "constant"
        ? { name: "point", step, type: "change" }
        : { name: "point", step, type: "close", isFinal: i > 0 && i === points.length - 1 && last < before },
    );
  },
  end: ({ points }) => (points.at(-1) as Point)[0],
});

/** Returns the function through the points. */
function through(
  points: readonly Point[],
  interpolate: (from: number, to: number, position: number) => number,
): (step: number) => number {
  const steps = points.map(([step]) => step);
  const values = points.map(([, value]) => value);
  return (step) => {
    const next = boundariesReached(steps, step);
    if (next === 0) return numberAt(values, 0);
    const [start, from] = [numberAt(steps, next - 1), numberAt(values, next - 1)];
    if (next === points.length) return from;
    return interpolate(from, numberAt(values, next), since(step, start) / (numberAt(steps, next) - start));
  };
}
