import { checkAxes, checkTypes } from "../core/check.ts";
import { fold } from "../core/fold.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";

interface FlipAttributes extends Readonly<Record<string, unknown>> {
  readonly axes: readonly number[];
}

const op = defineOp<FlipAttributes>({
  name: "flip",
  infer: (inputs) => {
    checkTypes("flip", inputs, ["float32"]);
    return { shape: (inputs[0] as Tensor).shape };
  },
  simplify: (inputs, { axes }) => {
    const [x] = inputs as [Tensor];
    if (axes.every((axis) => x.shape[axis] === 1)) return x;
    const at = (index: readonly number[]): number[] =>
      index.map((i, axis) => (axes.includes(axis) ? (x.shape[axis] as number) - 1 - i : i));
    return fold(inputs, x, (read, index) => read(0, at(index)));
  },
  gradient: ({ cotangent, attributes: { axes } }) => [flip(cotangent, axes)],
  lower: ({ builder, names: [name], inputs: [x], attributes: { axes } }) => {
    // Before the first element is no index: -1 is the last.
    const ends = axes.map((axis) => -((x as Tensor).shape[axis] as number) - 1);
    const back = axes.map(() => -1);
    return builder.node("Slice", [name as string, ...[back, ends, axes, back].map((list) => builder.ints(list))]);
  },
});

/** The elements in reverse order along some axes; images [N, C, H, W] are mirrored by `flip(x, [3])`. */
export const flip = (x: Tensor, axes: readonly number[]): Tensor =>
  apply(op, [x], { axes: checkAxes("flip", x, axes) });
