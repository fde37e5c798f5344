import { at, type Shape, sizeOf } from "../core/shape.ts";
import { type Known, known } from "./known.ts";
import type { OnnxNode } from "./onnx-node.ts";

/**
 * Builds a value whose elements are elements of another.
 * @param source returns the index of the element in `x` for an index in the result
 */
export function pick(x: Known, shape: Shape, source: (index: readonly number[]) => readonly number[]): Known {
  const y = known(x.kind, shape, x.weight);
  const index = shape.map(() => 0);
  for (let i = 0; i < y.data.length; i++) {
    const from = source(index);
    let offset = 0;
    for (const [axis, size] of x.shape.entries()) offset = offset * size + at(from, axis);
    y.data[i] = at(x.data, offset);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (at(index, axis) + 1) % at(shape, axis);
      if (index[axis] !== 0) break;
    }
  }
  return y;
}

/**
 * Builds a value whose elements lie at even distances in another: at `start` + the sum of `strides[axis]` times the index.
 * Weights have millions of elements, so nothing is allocated for each.
 */
export function strided(x: Known, shape: Shape, strides: readonly number[], start = 0): Known {
  const y = known(x.kind, shape, x.weight);
  const last = shape.length - 1;
  const [width, step] = [shape[last] ?? 1, strides[last] ?? 0];
  const index = shape.map(() => 0);
  let from = start;
  for (let i = 0; i < y.data.length; i += width) {
    for (let k = 0; k < width; k++) y.data[i + k] = x.data[from + k * step] as number;
    for (let axis = last - 1; axis >= 0; axis--) {
      const next = at(index, axis) + 1;
      from += at(strides, axis);
      index[axis] = next;
      if (next < at(shape, axis)) break;
      from -= next * at(strides, axis);
      index[axis] = 0;
    }
  }
  return y;
}

/** Returns the distances between neighbors along each axis. */
export const stridesOf = (shape: Shape): number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** Returns the same elements in another shape. */
export const reshaped = (x: Known, shape: Shape): Known => ({ ...x, shape });

/** Repeats a value along axes of size 1 to a shape that it broadcasts to. */
export function expanded(x: Known, shape: Shape): Known {
  const own = stridesOf(x.shape);
  const before = shape.length - x.shape.length;
  const strides = shape.map((_, axis) => (axis < before || x.shape[axis - before] === 1 ? 0 : at(own, axis - before)));
  return strided(x, shape, strides);
}

/** Joins values along an axis. */
export function joined(parts: readonly Known[], axis: number): Known {
  const [first = known("int", [0])] = parts;
  const shape = first.shape.map((size, i) =>
    i === axis ? parts.reduce((total, part) => total + (part.shape[axis] ?? 0), 0) : size,
  );
  const weight = parts.find((part) => part.weight !== null)?.weight ?? null;
  const y = known(first.kind, shape, weight);
  const rows = sizeOf(shape.slice(0, axis));
  let start = 0;
  for (const part of parts) {
    const length = part.data.length / Math.max(rows, 1);
    const stride = y.data.length / Math.max(rows, 1);
    for (let row = 0; row < rows; row++) {
      y.data.set(part.data.subarray(row * length, (row + 1) * length), row * stride + start);
    }
    start += length;
  }
  return y;
}

/** Returns an axis as a number from 0. @throws GraphError for an axis that is out of range */
export function axisOf({ node }: { readonly node: OnnxNode }, axis: number, rank: number): number {
  const found = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(found) && found >= 0 && found < Math.max(rank, 1)) return found;
  return node.fail(`axis ${axis} of a value with ${rank} axes. The file is damaged.`);
}
