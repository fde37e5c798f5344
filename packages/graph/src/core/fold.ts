import { constant, constantData } from "./constant.ts";
import { at, type Shape, sizeOf } from "./shape.ts";
import type { Tensor } from "./tensor.ts";
import type { DType, Values } from "./values.ts";

/** Maximum number of folded elements. Larger constants are left to the program, which keeps graphs fast to build and small. */
const MAX_ELEMENTS = 4096;

/** Reads an element of the input with a given number, at an index of a shape that the input broadcasts to. */
export type Read = (input: number, index: readonly number[]) => number;

const ARRAYS: Readonly<Partial<Record<DType, new (length: number) => Values>>> = {
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
};

/**
 * Computes an op on constants while the graph is built. Returns null if an input is not a constant, the result has too
 * many elements, or constants cannot have its type.
 * @param elementOf computes an element of the result, in float64
 */
export function fold(
  inputs: readonly Tensor[],
  { shape, dtype }: { readonly shape: Shape; readonly dtype: DType },
  elementOf: (read: Read, index: readonly number[]) => number,
): Tensor | null {
  const Data = ARRAYS[dtype];
  if (!Data || inputs.some((input) => constantData(input) === null) || sizeOf(shape) > MAX_ELEMENTS) return null;
  const read: Read = (input, index) => elementAt(at(inputs, input), index);
  const data = new Data(sizeOf(shape));
  let i = 0;
  for (const index of indices(shape)) data[i++] = elementOf(read, index);
  return constant(data, shape);
}

function elementAt(x: Tensor, index: readonly number[]): number {
  const skipped = index.length - x.rank;
  let offset = 0;
  for (const [axis, size] of x.shape.entries()) {
    offset = offset * size + (size === 1 ? 0 : at(index, axis + skipped));
  }
  return at(constantData(x) as Values, offset);
}

/** Yields all indices of a shape in row-major order, in a single array that is overwritten. */
function* indices(shape: Shape): Generator<readonly number[]> {
  const index = shape.map(() => 0);
  for (let left = sizeOf(shape); left > 0; left--) {
    yield index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (at(index, axis) + 1) % at(shape, axis);
      if (index[axis] !== 0) break;
    }
  }
}
