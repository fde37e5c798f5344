import { symmetricEigen } from "@downhill/graph";
import { combine, dot } from "../../vectors.ts";
import type { Directions } from "./directions.ts";

/** Plane of the principal components of some points. */
export interface PrincipalPlane extends Directions {
  /** Shares of the squared distances from the origin in the two directions. */
  readonly shares: readonly [u: number, v: number];
}

/** Ratio of squared lengths below which a second direction is rounding. */
const NEGLIGIBLE = 1e-9;

/**
 * Returns the plane through an origin that is nearest to some points, by the sum of squared distances: their first two
 * principal components about the origin. Its directions are orthonormal, so that positions are distances in weight space.
 * The first point has no positive position.
 * @returns null if the points and the origin lie on a line
 */
export function principalPlane(origin: Float32Array, points: readonly Float32Array[]): PrincipalPlane | null {
  const offsets = points.map((point) =>
    combine([
      [1, point],
      [-1, origin],
    ]),
  );
  const count = offsets.length;
  if (count < 2) return null;
  // The matrix of dot products has the eigenvalues of the covariance, which would have a row for each weight.
  const products = new Float64Array(count * count);
  for (const [i, a] of offsets.entries()) {
    for (const [j, b] of offsets.entries()) if (j >= i) products[i * count + j] = dot(a, b);
  }
  const { values, vectors } = symmetricEigen(products);
  const [first = 0, second = 0] = values;
  if (!(second > NEGLIGIBLE * first)) return null;
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const direction = (k: 0 | 1): Float32Array => {
    const vector = vectors[k] as Float64Array;
    const sign = (vector[0] as number) > 0 ? -1 : 1;
    const scale = sign / Math.sqrt(values[k] as number);
    return combine(offsets.map((offset, i) => [scale * (vector[i] as number), offset] as const));
  };
  return { origin, u: direction(0), v: direction(1), shares: [first / total, second / total] };
}
