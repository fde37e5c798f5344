import { Optimizer } from "../definition/optimizer.ts";
import { Parameters } from "../parameters/parameters.ts";
import type { Point, Surface } from "./surface.ts";

/** Beyond this many widths of the drawn domain, a path has left for good. */
const FAR = 1000;

/** Whatever can be bound to parameters: an optimizer, wrapped or not, L-BFGS, SAM. */
export interface Traceable {
  bind(parameters: Parameters): { step(closure: () => number): unknown };
}

/** The way of an optimizer over a surface. */
export interface Path {
  /** The start, and the point after each step. */
  readonly points: readonly Point[];
  /** The loss at each point; where each step has a loss of its own, their mean there. */
  readonly losses: readonly number[];
  /**
   * The step, counted from 0, that led to a number that is not finite (which is left out), or further away than 1000
   * widths of the domain; the path ends there. Null if it never did.
   */
  readonly divergedAt: number | null;
}

class Diverged extends Error {}

/**
 * Follows an optimizer from a start, for a number of steps, in float64 on the interpreter. The same arguments give
 * the same path. The point is one tensor, `point`; where the surface is bounded, it is put back after each step. An
 * optimizer that evaluates with other weights than it trains (an average, schedule-free) is followed where it trains.
 *
 * @param start a finite number for each axis; default the surface's own start
 * @param steps a whole number, 0 or more; default 100
 * @throws TypeError or RangeError if an argument is wrong, or the optimizer is for matrices only
 * @example
 * const { points, losses, divergedAt } = trace(adam({ lr: 0.1 }), surfaces.beale, [1, 0.9], 500);
 */
export function trace(optimizer: Traceable, surface: Surface, start: Point = surface?.start, steps = 100): Path {
  check(optimizer, surface, start, steps);
  const parameters = new Parameters({ point: [start.length] }, { dtype: "float64" });
  parameters.setValue("point", start);
  const updater = optimizer.bind(parameters);

  const points: Point[] = [start.slice()];
  const losses = [surface.value(start)];
  for (let step = 0; step < steps; step++) {
    const evaluate = (): number => {
      const point = [...parameters.value("point")];
      const loss = surface.value(point, step);
      const gradient = surface.gradient(point, step);
      if (![loss, ...gradient].every(Number.isFinite)) throw new Diverged();
      parameters.setGradient("point", gradient);
      return loss;
    };
    try {
      evaluate();
      updater.step(evaluate);
    } catch (error) {
      if (error instanceof Diverged) return { points, losses, divergedAt: step };
      throw error;
    }
    if (surface.bounded) parameters.setValue("point", inside([...parameters.value("point")], surface));
    const point = [...parameters.value("point")];
    const loss = surface.value(point);
    if (![loss, ...point].every(Number.isFinite)) return { points, losses, divergedAt: step };
    points.push(point);
    losses.push(loss);
    if (isOutside(point, surface, FAR)) return { points, losses, divergedAt: step };
  }
  return { points, losses, divergedAt: null };
}

function check(optimizer: Traceable, surface: Surface, start: Point, steps: number): void {
  // An optimizer that was not called is a function, and so has a `bind` too.
  if (typeof optimizer !== "object" || typeof optimizer?.bind !== "function") {
    throw new TypeError("trace: expected an optimizer, such as adam()");
  }
  if (typeof surface?.gradient !== "function") {
    throw new TypeError("trace: expected a surface, such as surfaces.rosenbrock");
  }
  if (optimizer instanceof Optimizer && optimizer.parts.minimumRank > 1) {
    throw new TypeError(`trace: ${optimizer.name} is for matrices, and a point on a surface is a vector`);
  }
  const { name, domain, bounded } = surface;
  const given = `trace: the start on ${name} is ${Array.isArray(start) ? `[${start.join(", ")}]` : start}`;
  if (!Array.isArray(start) || start.length !== domain.length || !start.every(Number.isFinite)) {
    throw new RangeError(`${given}: expected ${domain.length} finite number${domain.length > 1 ? "s" : ""}`);
  }
  if (bounded && isOutside(start, surface, 0)) {
    throw new RangeError(`${given}: expected a point in ${domain.map((axis) => `[${axis.join(", ")}]`).join(" x ")}`);
  }
  if (!(Number.isInteger(steps) && steps >= 0)) {
    throw new RangeError(`trace: steps = ${steps}: expected a whole number, 0 or more`);
  }
}

/** The nearest point of the domain. */
const inside = (point: Point, { domain }: Surface): number[] =>
  domain.map(([low, high], axis) => Math.min(Math.max(point[axis] as number, low), high));

/** Whether a point is more than this many widths of the domain away from it. */
const isOutside = (point: Point, surface: Surface, widths: number): boolean => {
  const nearest = inside(point, surface);
  return surface.domain.some(
    ([low, high], axis) => Math.abs((point[axis] as number) - (nearest[axis] as number)) > widths * (high - low),
  );
};
