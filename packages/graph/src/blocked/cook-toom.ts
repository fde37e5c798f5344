/**
 * A way to compute `outputs` neighbouring results of a correlation with 3 numbers by `points` products instead of
 * 3 * outputs: https://arxiv.org/abs/1509.09308 ("Winograd's minimal filtering"), made as Cook and Toom do: both are taken
 * for polynomials, whose values are multiplied at some points.
 *
 *     y = ofOutputs (ofFilters w * ofInputs x)
 */
export interface CookToom {
  readonly outputs: number;
  readonly points: number;
  /** [points][points]: of the outputs + 2 neighbouring inputs. */
  readonly ofInputs: Matrix;
  /** [points][3] */
  readonly ofFilters: Matrix;
  /** [outputs][points] */
  readonly ofOutputs: Matrix;
}

export type Matrix = readonly (readonly number[])[];

/** Small numbers, so that their powers lose few digits; the last point is infinity. */
const POINTS = [0, 1, -1, 2, -2, 0.5, -0.5, 1.5] as const;

/** The point whose product goes to all outputs alike: 1. What is added to it is added to all. */
export const EVEN_POINT = 1;

/** The most outputs that there are points for. Seven cost one digit: 3e-6 of the largest result, where one by one is 3e-7. */
export const MOST_OUTPUTS = POINTS.length - 1;

export function cookToom(outputs: number): CookToom {
  const finite = POINTS.slice(0, outputs + 1);
  const powers = (point: number, count: number): number[] => Array.from({ length: count }, (_, i) => point ** i);
  // The polynomial that is 0 at all points but one, and its value there.
  const others = finite.map((point) => finite.filter((other) => other !== point));
  const values = finite.map((point, i) => (others[i] as number[]).reduce((value, other) => value * (point - other), 1));
  const signs = values.map(Math.sign);
  return {
    outputs,
    points: outputs + 2,
    ofInputs: [
      ...others.map((roots, i) => [...withRoots(roots).map((c) => c * (signs[i] as number)), 0]),
      withRoots(finite),
    ],
    ofFilters: [
      ...finite.map((point, i) => powers(point, 3).map((power) => power / Math.abs(values[i] as number))),
      [0, 0, 1],
    ],
    ofOutputs: Array.from({ length: outputs }, (_, i) => [
      ...finite.map((point) => point ** i),
      i === outputs - 1 ? 1 : 0,
    ]),
  };
}

/** The coefficients of the product of x - root, from that of 1 on. */
function withRoots(roots: readonly number[]): number[] {
  let product = [1];
  for (const root of roots)
    product = Array.from({ length: product.length + 1 }, (_, i) => (product[i - 1] ?? 0) - root * (product[i] ?? 0));
  return product;
}
