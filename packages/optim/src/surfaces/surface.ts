/** A point of a surface: one number for each axis. */
export type Point = readonly number[];

/** A loss of one or two weights: small enough to draw, and with known minima. */
export interface Surface {
  /** Its name in `surfaces`. */
  readonly name: string;
  readonly title: string;
  /** Where it is from: a URL. */
  readonly source: string;
  /** What `value` computes, in LaTeX. */
  readonly formula: string;
  /**
   * The loss at a point. Where each step has a loss of its own, that of the given step, counted from 0; without a
   * step, their mean.
   */
  value(point: Point, step?: number): number;
  /** The gradient of `value`: a new array. */
  gradient(point: Point, step?: number): number[];
  /** What to draw: the interval of each axis, so of one or two. */
  readonly domain: readonly (readonly [low: number, high: number])[];
  /** All points where the loss is least; none where it falls without end. */
  readonly minima: readonly Minimum[];
  /** A point of the domain from where optimizers take telling paths. */
  readonly start: Point;
  /** The domain is also the constraint: after each step, a point outside goes back to the nearest inside. */
  readonly bounded?: boolean;
}

export interface Minimum {
  readonly at: Point;
  readonly value: number;
}

/** A point of a surface with two axes. */
export type Pair = readonly [x: number, y: number];
