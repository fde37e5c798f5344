import { at } from "../core/shape.ts";

/**
 * Matrices that compute `outputs` neighboring results of a correlation with 3 numbers by `points` products instead of
 * 3 * outputs ("Winograd's minimal filtering", https://arxiv.org/abs/1509.09308). The Cook-Toom construction treats inputs
 * and filters as polynomials and multiplies their values at some points.
 *
 *     y = outputTransform (filterTransform w * inputTransform x)
 */
export interface CookToom {
  readonly outputs: number;
  readonly points: number;
  /** [points][points]: transforms outputs + 2 neighboring inputs. */
  readonly inputTransform: Matrix;
  /** [points][3]: transforms the 3 numbers of a filter. */
  readonly filterTransform: Matrix;
  /** [outputs][points]: transforms products to results. */
  readonly outputTransform: Matrix;
}

export type Matrix = readonly (readonly number[])[];

/** Finite points; the last point of every construction is infinity. Powers of small numbers lose few digits. */
const POINTS = [0, 1, -1, 2, -2, 0.5, -0.5, 1.5] as const;

/** Index of the point 1, whose product enters all outputs with factor 1: a term added to the product is added to all outputs. */
export const EVEN_POINT = 1;

/** Maximum number of outputs. Seven outputs cost one digit: an error of 3e-6 of the largest result, instead of 3e-7. */
export const MAX_OUTPUTS = POINTS.length - 1;

/** Returns the matrices for a number of outputs, at most MAX_OUTPUTS, at the first outputs + 1 of some points. */
export function cookToom(outputs: number, points: readonly number[] = POINTS): CookToom {
  const finite = points.slice(0, outputs + 1);
  const powers = (point: number, count: number): number[] => Array.from({ length: count }, (_, i) => point ** i);
  // For each point, the roots of the polynomial that is 0 at all other points, and its value at that point.
  const others = finite.map((point) => finite.filter((other) => other !== point));
  const values = finite.map((point, i) => at(others, i).reduce((value, other) => value * (point - other), 1));
  const signs = values.map(Math.sign);
  return {
    outputs,
    points: outputs + 2,
    inputTransform: [
      ...others.map((roots, i) => [...withRoots(roots).map((c) => c * at(signs, i)), 0]),
      withRoots(finite),
    ],
    filterTransform: [
      ...finite.map((point, i) => powers(point, 3).map((power) => power / Math.abs(at(values, i)))),
      [0, 0, 1],
    ],
    outputTransform: Array.from({ length: outputs }, (_, i) => [
      ...finite.map((point) => point ** i),
      i === outputs - 1 ? 1 : 0,
    ]),
  };
}

/** Returns the coefficients of the product of all x - root, the constant term first. */
function withRoots(roots: readonly number[]): number[] {
  let product = [1];
  for (const root of roots)
    product = Array.from({ length: product.length + 1 }, (_, i) => (product[i - 1] ?? 0) - root * (product[i] ?? 0));
  return product;
}
