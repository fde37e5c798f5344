/** Point of a surface: one number for each axis. */
export type Point = readonly number[];

/** Loss of one or two weights: small enough to draw, and with known minima. */
export interface Surface {
  /** Name in `surfaces`. */
  readonly name: string;
  readonly title: string;
  /** URL of its source. */
  readonly source: string;
  /** Formula of `value`, in LaTeX. */
  readonly formula: string;
  /**
   * Returns the loss at a point. If each step has its own loss, returns that of the given 0-based step; without a step,
   * the mean of all.
   */
  value(point: Point, step?: number): number;
  /** Returns the gradient of `value` as a new array. */
  gradient(point: Point, step?: number): number[];
  /** Interval of each of the one or two axes to draw. */
  readonly domain: readonly (readonly [low: number, high: number])[];
  /** All points with the least loss; none if it falls without end. */
  readonly minima: readonly Minimum[];
  /** Point of the domain from which the paths of optimizers differ clearly. */
  readonly start: Point;
  /** True if the domain is also a constraint: after each step, a point outside moves to the nearest point inside. */
  readonly bounded?: boolean;
}

export interface Minimum {
  readonly at: Point;
  readonly value: number;
}

/** Point of a surface with two axes. */
export type Pair = readonly [x: number, y: number];
