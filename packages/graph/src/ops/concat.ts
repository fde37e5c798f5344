import { checkAxis, checkList, checkTensors, checkTypes } from "../core/check.ts";
import { fold } from "../core/fold.ts";
import { apply, defineOp } from "../core/op.ts";
import { at, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { slice } from "./slice.ts";

interface ConcatAttributes extends Readonly<Record<string, unknown>> {
  readonly axis: number;
}

const op = defineOp<readonly [first: Tensor, ...Tensor[]], ConcatAttributes>({
  name: "concat",
  infer: (inputs, { axis }) => {
    const [{ shape, dtype }] = inputs;
    checkTypes("concat", inputs, ["float32", "int32"]);
    for (const [i, other] of inputs.entries()) {
      const fits = other.rank === shape.length && other.shape.every((size, k) => k === axis || size === shape[k]);
      if (!fits) {
        const found = `tensor 0 ${showShape(shape)} and tensor ${i} ${showShape(other.shape)} along axis ${axis}`;
        fail("concat", `${found}. Expected equal sizes of all other axes.`);
      }
      if (other.dtype !== dtype) {
        fail("concat", `the tensors are ${dtype} and ${other.dtype}. Expected one type. Cast one of them.`);
      }
    }
    const size = inputs.reduce((total, input) => total + at(input.shape, axis), 0);
    return { shape: shape.map((before, k) => (k === axis ? size : before)) };
  },
  simplify: (inputs, { axis }, shape) => {
    const [first] = inputs;
    if (inputs.length === 1) return first;
    const sources = inputs.flatMap((input, i) =>
      Array.from({ length: at(input.shape, axis) }, (_, place) => [i, place] as const),
    );
    return fold(inputs, { shape, dtype: first.dtype }, (read, index) => {
      const [input, place] = at(sources, at(index, axis));
      return read(
        input,
        index.map((i, k) => (k === axis ? place : i)),
      );
    });
  },
  gradient: ({ inputs, cotangent, attributes: { axis } }) => {
    let start = 0;
    const part = ({ shape }: Tensor): Tensor => {
      const end = start + at(shape, axis);
      const found = slice(cotangent, { starts: [start], ends: [end], axes: [axis] });
      start = end;
      return found;
    };
    const [first, ...others] = inputs;
    return [part(first), ...others.map(part)];
  },
  lower: ({ builder, names, attributes: { axis } }) => builder.node("Concat", names, { axis }),
});

/**
 * Joins tensors along an axis. PyTorch: `torch.cat`.
 * @param tensors one or more, all float32 or all int32; the sizes of all other axes are equal
 * @param axis a negative axis counts from the end
 * @throws GraphError if there is no tensor, or if shapes or types do not match
 */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  checkList("concat", "tensors", tensors, "[a, b]");
  checkTensors("concat", tensors);
  const [first, ...others] = tensors;
  if (!first) fail("concat", "no tensors. Expected at least one.");
  return apply(op, [first, ...others], { axis: checkAxis("concat", first, axis) });
}
