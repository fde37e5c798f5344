import { checkTypes } from "../core/check.ts";
import { fold } from "../core/fold.ts";
import { apply, defineOp } from "../core/op.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { slice } from "./slice.ts";

export interface PadOptions {
  /** What the new elements are; default 0. */
  readonly value?: number;
}

interface PadAttributes extends Readonly<Record<string, unknown>> {
  readonly pads: readonly (readonly [before: number, after: number])[];
  readonly value: number;
}

const op = defineOp<PadAttributes>({
  name: "pad",
  infer: (inputs, { pads }) => {
    checkTypes("pad", inputs, ["float32", "int32"]);
    const { shape } = inputs[0] as Tensor;
    return { shape: shape.map((size, axis) => size + (pads[axis]?.[0] ?? 0) + (pads[axis]?.[1] ?? 0)) };
  },
  simplify: (inputs, { pads, value }, shape) => {
    const [x] = inputs as [Tensor];
    if (pads.flat().every((size) => size === 0)) return x;
    return fold(inputs, { shape, dtype: x.dtype }, (read, index) => {
      const at = index.map((i, axis) => i - (pads[axis]?.[0] as number));
      return at.every((i, axis) => i >= 0 && i < (x.shape[axis] as number)) ? read(0, at) : value;
    });
  },
  gradient: ({ inputs: [x], cotangent, attributes: { pads } }) => {
    const starts = pads.map(([before]) => before);
    return [slice(cotangent, { starts, ends: (x as Tensor).shape.map((size, axis) => size + (starts[axis] ?? 0)) })];
  },
  lower: ({ builder, names: [name], inputs: [x], attributes: { pads, value } }) => {
    const sizes = [...pads.map(([before]) => before), ...pads.map(([, after]) => after)];
    const filler = (x as Tensor).dtype === "int32" ? builder.constant(Int32Array.of(value), []) : builder.float(value);
    return builder.node("Pad", [name as string, builder.ints(sizes), filler]);
  },
});

/**
 * A tensor with new elements around it.
 * @param pads how many before and after, of each axis: `[[0, 0], [0, 0], [1, 1], [2, 2]]` around images [N, C, H, W]
 */
export function pad(
  x: Tensor,
  pads: readonly (readonly [before: number, after: number])[],
  { value = 0 }: PadOptions = {},
): Tensor {
  const whole = pads.flat().every((size) => Number.isInteger(size) && size >= 0);
  if (pads.length !== x.rank || !whole) {
    const found = `[${pads.map(showShape).join(", ")}] around ${showShape(x.shape)}`;
    fail("pad", `${found}: expected whole numbers [before, after] of each of the ${x.rank} axes, none below 0`);
  }
  return apply(op, [x], { pads: pads.map(([before, after]) => [before, after] as const), value });
}
