import { checkAxis, checkTypes } from "../core/check.ts";
import { fold } from "../core/fold.ts";
import { apply, defineOp } from "../core/op.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { slice } from "./slice.ts";

interface ConcatAttributes extends Readonly<Record<string, unknown>> {
  readonly axis: number;
}

const op = defineOp<ConcatAttributes>({
  name: "concat",
  infer: (inputs, { axis }) => {
    const [{ shape, dtype }] = inputs as readonly [Tensor, ...Tensor[]];
    checkTypes("concat", inputs, ["float32", "int32"]);
    for (const [i, other] of inputs.entries()) {
      const fits = other.rank === shape.length && other.shape.every((size, k) => k === axis || size === shape[k]);
      if (!fits) {
        const found = `along axis ${axis}, tensor 0 ${showShape(shape)} and tensor ${i} ${showShape(other.shape)}`;
        fail("concat", `${found}: expected the same sizes of all other axes`);
      }
      if (other.dtype !== dtype) fail("concat", `of ${dtype} and ${other.dtype}: expected one type: cast one of them`);
    }
    const size = inputs.reduce((total, input) => total + (input.shape[axis] as number), 0);
    return { shape: shape.map((before, k) => (k === axis ? size : before)) };
  },
  simplify: (inputs, { axis }, shape) => {
    const [first] = inputs as readonly [Tensor, ...Tensor[]];
    if (inputs.length === 1) return first;
    const places = inputs.flatMap(({ shape: sizes }, input) =>
      Array.from({ length: sizes[axis] as number }, (_, i) => [input, i] as const),
    );
    return fold(inputs, { shape, dtype: first.dtype }, (read, index) => {
      const [input, place] = places[index[axis] as number] as (typeof places)[number];
      return read(
        input,
        index.map((i, k) => (k === axis ? place : i)),
      );
    });
  },
  gradient: ({ inputs, cotangent, attributes: { axis } }) => {
    let start = 0;
    return inputs.map(({ shape }) => {
      const end = start + (shape[axis] as number);
      const part = slice(cotangent, { starts: [start], ends: [end], axes: [axis] });
      start = end;
      return part;
    });
  },
  lower: ({ builder, names, attributes: { axis } }) => builder.node("Concat", names, { axis }),
});

/** Tensors one after another along an axis; all other axes have the same sizes. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = tensors;
  if (!first) fail("concat", "of no tensors: expected one or more");
  return apply(op, tensors, { axis: checkAxis("concat", first, axis) });
}
