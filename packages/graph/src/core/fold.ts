import { constant, constantData } from "./constant.ts";
import { type Shape, sizeOf } from "./shape.ts";
import type { Tensor } from "./tensor.ts";
import type { DType, Values } from "./values.ts";

/** Constants of more elements are computed by what runs the graph: making the graph stays fast, and its file small. */
const MOST = 4096;

/** An element of one of the inputs, by its number, at an index of a shape that it broadcasts to. */
export type Read = (input: number, index: readonly number[]) => number;

const ARRAYS: Readonly<Partial<Record<DType, new (length: number) => Values>>> = {
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
};

/**
 * What an op makes of constants, as another constant: computed when the graph is made. Null where an input is none, or
 * the result has too many elements, or a type that constants do not have.
 * @param of an element of the result, in float64
 */
export function fold(
  inputs: readonly Tensor[],
  { shape, dtype }: { readonly shape: Shape; readonly dtype: DType },
  of: (read: Read, index: readonly number[]) => number,
): Tensor | null {
  const Data = ARRAYS[dtype];
  if (!Data || inputs.some((input) => constantData(input) === null) || sizeOf(shape) > MOST) return null;
  const read: Read = (input, index) => elementAt(inputs[input] as Tensor, index);
  const data = new Data(sizeOf(shape));
  let i = 0;
  for (const index of indices(shape)) data[i++] = of(read, index);
  return constant(data, shape);
}

function elementAt(x: Tensor, index: readonly number[]): number {
  const skipped = index.length - x.rank;
  let place = 0;
  for (const [axis, size] of x.shape.entries()) {
    place = place * size + (size === 1 ? 0 : (index[axis + skipped] as number));
  }
  return (constantData(x) as Values)[place] as number;
}

/** Every index of a shape, the last axis first; in one array, which is overwritten. */
function* indices(shape: Shape): Generator<readonly number[]> {
  const index = shape.map(() => 0);
  for (let left = sizeOf(shape); left > 0; left--) {
    yield index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = ((index[axis] as number) + 1) % (shape[axis] as number);
      if (index[axis] !== 0) break;
    }
  }
}
