import { combine, dot, normOf } from "../../vectors.ts";

/** Plane through weight space: all points `origin + x u + y v`. */
export interface Directions {
  readonly origin: Float32Array;
  readonly u: Float32Array;
  readonly v: Float32Array;
}

/** Returns the weights at a position of a plane. */
export const weightsAt = ({ origin, u, v }: Directions, x: number, y: number): Float32Array =>
  combine([
    [1, origin],
    [x, u],
    [y, v],
  ]);

/** Returns the cosine of the angle between the directions of a plane. */
export const cosineOf = ({ u, v }: Directions): number => dot(u, v) / (normOf(u) * normOf(v));

/** Returns the position of the point of a plane that is nearest to some weights, and its distance from them. */
export function project(
  { origin, u, v }: Directions,
  weights: Float32Array,
): { readonly x: number; readonly y: number; readonly distance: number } {
  const offset = combine([
    [1, weights],
    [-1, origin],
  ]);
  // The directions may not be orthogonal, so that the position solves two equations.
  const [uu, uv, vv, ou, ov] = [dot(u, u), dot(u, v), dot(v, v), dot(offset, u), dot(offset, v)];
  const determinant = uu * vv - uv * uv;
  const x = (ou * vv - ov * uv) / determinant;
  const y = (ov * uu - ou * uv) / determinant;
  const rest = combine([
    [1, offset],
    [-x, u],
    [-y, v],
  ]);
  return { x, y, distance: normOf(rest) };
}
