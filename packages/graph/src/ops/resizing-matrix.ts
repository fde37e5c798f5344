import { constant } from "../core/constant.ts";
import type { Tensor } from "../core/tensor.ts";

/** Rows or columns of images that are resized. */
export interface ResizedAxis {
  /** Number of pixels before. */
  readonly size: number;
  /** Number of pixels after. */
  readonly count: number;
  /** Distance of two new pixels, in old ones. */
  readonly ratio: number;
}

/** Returns the constant matrix [count, size] that computes the new pixels of an axis from the old ones. */
export function resizingMatrix(
  { size, count, ratio }: ResizedAxis,
  mode: "nearest" | "bilinear",
  alignCorners: boolean,
): Tensor {
  const data = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const place = mode === "nearest" ? Math.floor(i * ratio) : placeOf(i, { size, count, ratio }, alignCorners);
    const first = Math.min(Math.floor(place), size - 1);
    const second = Math.min(first + 1, size - 1);
    const share = mode === "nearest" ? 0 : place - first;
    data[i * size + first] = 1 - share;
    // At the last pixel, both are the same.
    data[i * size + second] = (data[i * size + second] ?? 0) + share;
  }
  return constant(data, [count, size]);
}

/** Returns the position of a new pixel among the old ones, from 0 to size - 1. */
function placeOf(i: number, { size, count, ratio }: ResizedAxis, alignCorners: boolean): number {
  if (alignCorners) return count > 1 ? (i * (size - 1)) / (count - 1) : 0;
  return Math.max((i + 0.5) * ratio - 0.5, 0);
}
