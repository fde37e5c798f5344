import { Optimizer } from "../definition/optimizer.ts";
import { numberAt } from "../number-at.ts";
import type { Dtype } from "../parameters/dtype.ts";
import { Parameters } from "../parameters/parameters.ts";
import type { Point, Surface } from "./surface.ts";

/** Number of widths of the drawn domain beyond which a path counts as diverged. */
const FAR = 1000;

/** Anything that can be bound to parameters: an optimizer, wrapped or not, L-BFGS, SAM. */
export interface Traceable {
  bind(parameters: Parameters<Dtype>): { step(closure: () => number): unknown };
}

/** Path of an optimizer over a surface. */
export interface Path {
  /** Start, and the point after each step. */
  readonly points: readonly Point[];
  /** Loss at each point; if each step has its own loss, the mean of all. */
  readonly losses: readonly number[];
  /**
   * 0-based step after which a number was not finite (that point is omitted) or the point was more than 1000 widths of
   * the domain away; the path ends there. Null if it never did.
   */
  readonly divergedAt: number | null;
}

class Diverged extends Error {}

/**
 * Runs an optimizer from a start for a number of steps, in float64 on the interpreter. Equal arguments give equal
 * paths. The point is one tensor, `point`; on a bounded surface it is moved back after each step. For an optimizer that
 * evaluates with other weights than it trains (an average, schedule-free), the path is that of the trained weights.
 *
 * @param start a finite number for each axis. Default: the surface's own start
 * @param steps a whole number of at least 0. Default 100
 * @throws TypeError or RangeError if an argument is invalid, or the optimizer is for matrices only
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
  if (optimizer instanceof Optimizer && optimizer.parts.minimumRank > 1 && !optimizer.parts.split) {
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

/** Returns the nearest point of the domain. */
const inside = (point: Point, { domain }: Surface): number[] =>
  domain.map(([low, high], axis) => Math.min(Math.max(numberAt(point, axis), low), high));

/** Returns true if a point is more than a number of widths of the domain away from it. */
const isOutside = (point: Point, surface: Surface, widths: number): boolean => {
  const nearest = inside(point, surface);
  return surface.domain.some(
    ([low, high], axis) => Math.abs(numberAt(point, axis) - numberAt(nearest, axis)) > widths * (high - low),
  );
};
