import { checkAxes, checkTypes } from "../core/check.ts";
import { fold } from "../core/fold.ts";
import { apply, defineOp } from "../core/op.ts";
import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";

interface FlipAttributes extends Readonly<Record<string, unknown>> {
  readonly axes: readonly number[];
}

const op = defineOp<[x: Tensor], FlipAttributes>({
  name: "flip",
  infer: ([x]) => {
    checkTypes("flip", [x], ["float32", "int32"]);
    return { shape: x.shape };
  },
  simplify: ([x], { axes }) => {
    if (axes.every((axis) => x.shape[axis] === 1)) return x;
    const source = (index: readonly number[]): number[] =>
      index.map((i, axis) => (axes.includes(axis) ? at(x.shape, axis) - 1 - i : i));
    return fold([x], x, (read, index) => read(0, source(index)));
  },
  gradient: ({ cotangent, attributes: { axes } }) => [flip(cotangent, axes)],
  lower: ({ builder, names: [name], inputs: [x], attributes: { axes } }) => {
    // The end before the first element cannot be written as -1, which stands for the last element.
    const ends = axes.map((axis) => -at(x.shape, axis) - 1);
    const back = axes.map(() => -1);
    return builder.node("Slice", [name, ...[back, ends, axes, back].map((list) => builder.ints(list))]);
  },
});

/**
 * Reverses the order of the elements along some axes. PyTorch: `torch.flip`.
 * @param x float32 or int32
 * @param axes each at most once; negative axes count from the end
 * @example const mirrored = ops.flip(images, [3]); // images [N, C, H, W], left and right exchanged
 */
export const flip = (x: Tensor, axes: readonly number[]): Tensor =>
  apply(op, [x], { axes: checkAxes("flip", x, axes) });
