import { checkList, checkTensors, checkTypes } from "../core/check.ts";
import { fold } from "../core/fold.ts";
import { apply, defineOp } from "../core/op.ts";
import { at, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { type PadMode, padByIndex } from "./pad-by-index.ts";
import { slice } from "./slice.ts";

export interface PadOptions {
  /** Value of the new elements in the mode `"constant"`. Default 0. */
  readonly value?: number;
  /**
   * `"constant"` for one value, `"reflect"` to mirror the elements at the border, `"replicate"` to repeat the border,
   * `"circular"` to continue with the other end. Default `"constant"`.
   */
  readonly mode?: "constant" | PadMode;
}

interface PadAttributes extends Readonly<Record<string, unknown>> {
  readonly pads: readonly (readonly [before: number, after: number])[];
  readonly value: number;
}

const op = defineOp<[x: Tensor], PadAttributes>({
  name: "pad",
  infer: ([x], { pads }) => {
    checkTypes("pad", [x], ["float32", "int32"]);
    return { shape: pads.map(([before, after], axis) => before + at(x.shape, axis) + after) };
  },
  simplify: ([x], { pads, value }, shape) => {
    if (pads.flat().every((size) => size === 0)) return x;
    return fold([x], { shape, dtype: x.dtype }, (read, index) => {
      const source = pads.map(([before], axis) => at(index, axis) - before);
      return source.every((i, axis) => i >= 0 && i < at(x.shape, axis)) ? read(0, source) : value;
    });
  },
  gradient: ({ inputs: [x], cotangent, attributes: { pads } }) => {
    const starts = pads.map(([before]) => before);
    return [slice(cotangent, { starts, ends: starts.map((start, axis) => start + at(x.shape, axis)) })];
  },
  lower: ({ builder, names: [name], inputs: [{ dtype }], attributes: { pads, value } }) => {
    const sizes = [...pads.map(([before]) => before), ...pads.map(([, after]) => after)];
    const filler = dtype === "int32" ? builder.constant(Int32Array.of(value), []) : builder.float(value);
    return builder.node("Pad", [name, builder.ints(sizes), filler]);
  },
});

/**
 * Adds elements around a tensor. PyTorch: `F.pad`.
 * @param x float32 or int32
 * @param pads number of new elements before and after the old ones, for each axis
 * @param options `mode` (default `"constant"`) and `value` of the new elements (default 0)
 * @throws GraphError if `pads` does not have one pair of whole numbers per axis, or the axis is too short for the mode
 * @example const padded = ops.pad(images, [[0, 0], [0, 0], [1, 1], [2, 2]]); // images [N, C, H, W]
 */
export function pad(
  x: Tensor,
  pads: readonly (readonly [before: number, after: number])[],
  { value = 0, mode = "constant" }: PadOptions = {},
): Tensor {
  checkTensors("pad", [x]);
  checkList("pad", "pads", pads, "[[0, 0], [1, 1]]");
  for (const [i, pair] of pads.entries()) checkList("pad", `pads[${i}]`, pair, "[1, 1]");
  const whole = pads.flat().every((size) => Number.isInteger(size) && size >= 0);
  if (pads.length !== x.rank || !whole) {
    const found = `[${pads.map(showShape).join(", ")}] around ${showShape(x.shape)}`;
    fail("pad", `${found}. Expected a pair [before, after] of whole numbers of at least 0 for each axis.`);
  }
  if (mode !== "constant") return padByIndex(x, pads, mode);
  return apply(op, [x], { pads: pads.map(([before, after]) => [before, after] as const), value });
}
