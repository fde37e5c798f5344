import { checkAxes, checkList, checkOptionsOf, checkTensors, checkTypes } from "../core/check.ts";
import { fold } from "../core/fold.ts";
import { apply, defineOp, isMadeBy } from "../core/op.ts";
import { at, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { flip } from "./flip.ts";
import { pad } from "./pad.ts";
import { reshape } from "./reshape.ts";

export interface SliceOptions {
  /** First index along each axis; a negative index counts from the end. */
  readonly starts: readonly number[];
  /**
   * Index after the last element along each axis (before it, with a negative step). An index out of range is clamped.
   */
  readonly ends: readonly number[];
  /** Axes to slice; negative axes count from the end. Default: the first axes, one per start. */
  readonly axes?: readonly number[];
  /** Step along each axis, not 0; a negative step reverses the order. Default 1. */
  readonly steps?: readonly number[];
}

/** Elements start, start + step, ... of an axis, `count` in total. */
interface Range {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

interface SliceAttributes extends Readonly<Record<string, unknown>> {
  /** One range per axis, with a step above 0: ONNX Runtime on WebGPU computes most negative steps wrongly. */
  readonly ranges: readonly Range[];
}

const op = defineOp<[x: Tensor], SliceAttributes>({
  name: "slice",
  infer: ([x], { ranges }) => {
    checkTypes("slice", [x], ["float32", "int32"]);
    return { shape: ranges.map(({ count }) => count) };
  },
  simplify: ([x], { ranges }, shape): Tensor | null => {
    if (ranges.every(({ step, count }, axis) => step === 1 && count === x.shape[axis])) return x;
    if (isMadeBy(op, x)) {
      const outer = x.attributes.ranges;
      return apply(op, x.inputs, { ranges: ranges.map((range, axis) => within(at(outer, axis), range)) });
    }
    const source = (index: readonly number[]): number[] =>
      ranges.map(({ start, step }, axis) => start + step * at(index, axis));
    return fold([x], { shape, dtype: x.dtype }, (read, index) => read(0, source(index)));
  },
  gradient: ({ inputs: [x], cotangent, attributes: { ranges } }) => {
    const spread = ranges.reduce((y, { step }, axis) => withZerosBetween(y, axis, step), cotangent);
    const pads = ranges.map(({ start }, axis) => {
      return [start, at(x.shape, axis) - start - at(spread.shape, axis)] as const;
    });
    return [pad(spread, pads)];
  },
  lower: ({ builder, names: [name], inputs: [{ shape }], attributes: { ranges } }) => {
    // Without the axes that stay whole, a model can be exported for any batch size.
    const axes = [...ranges.keys()].filter((axis) => at(ranges, axis).count !== shape[axis]);
    const chosen = axes.map((axis) => at(ranges, axis));
    const starts = chosen.map(({ start }) => start);
    const ends = chosen.map(({ start, step, count }) => start + (count - 1) * step + 1);
    const steps = chosen.map(({ step }) => step);
    return builder.node("Slice", [name, ...[starts, ends, axes, steps].map((list) => builder.ints(list))]);
  },
});

/**
 * Selects a part of a tensor, like `x[start:end:step]` in Python, along some axes.
 * @param x float32 or int32
 * @param options `starts` and `ends`, and `axes` (default: the first axes) and `steps` (default 1), all of equal length
 * @throws GraphError if the lists differ in length, an index is not a whole number, a step is 0, or the result is empty
 * @example ops.slice(x, { starts: [1], ends: [3] }); // the second and third element along the first axis
 * @example ops.slice(x, { starts: [-1], ends: [-9], axes: [3], steps: [-1] }); // images of 8 columns, mirrored
 */
export function slice(x: Tensor, options: SliceOptions): Tensor {
  checkTensors("slice", [x]);
  checkOptionsOf("slice", options, "{ starts: [0], ends: [1] }");
  const { starts, ends, steps } = options;
  checkList("slice", "starts", starts, "[0]");
  checkList("slice", "ends", ends, "[1]");
  const { axes = starts.map((_, i) => i) } = options;
  const lists = Object.entries({ starts, ends, axes, ...(steps && { steps }) });
  if (lists.some(([, list]) => list.length !== starts.length)) {
    fail(
      "slice",
      `${lists.map(([name, list]) => `${list.length} ${name}`).join(", ")}. Expected lists of equal length.`,
    );
  }
  checkAxes("slice", x, axes);
  const ranges = x.shape.map((count): Range => ({ start: 0, step: 1, count }));
  for (const [i, given] of axes.entries()) {
    const axis = given < 0 ? given + x.rank : given;
    const [start, end, step] = [at(starts, i), at(ends, i), steps?.[i] ?? 1];
    const range = rangeOf(start, end, step, at(x.shape, axis));
    const slicing = `${start}:${end}:${step} of axis ${axis} of ${showShape(x.shape)}`;
    if (![start, end, step].every(Number.isInteger) || step === 0) {
      fail("slice", `${slicing}. Expected whole numbers, and a step other than 0.`);
    }
    if (range.count < 1) fail("slice", `${slicing} is empty. Expected at least one element.`);
    ranges[axis] = range;
  }
  const forward = ranges.map((range) => (range.step > 0 ? range : reversed(range)));
  const backward = [...ranges.keys()].filter((axis) => (ranges[axis]?.step ?? 1) < 0);
  return flip(apply(op, [x], { ranges: forward }), backward);
}

/** Returns the range that a range of the elements of another range selects. */
const within = (outer: Range, { start, step, count }: Range): Range => ({
  start: outer.start + start * outer.step,
  step: outer.step * step,
  count,
});

/** Resolves a slice like Python: negative indices count from the end, and indices out of range are clamped. */
function rangeOf(start: number, end: number, step: number, size: number): Range {
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const inside = (index: number): number => Math.min(Math.max(index < 0 ? index + size : index, least), most);
  return { start: inside(start), step, count: Math.ceil((inside(end) - inside(start)) / step) };
}

/** Returns the range of the same elements in reverse order. */
const reversed = ({ start, step, count }: Range): Range => ({ start: start + (count - 1) * step, step: -step, count });

/** Spreads the elements of an axis `step` places apart, with zeros between them. */
function withZerosBetween(y: Tensor, axis: number, step: number): Tensor {
  const [before, count, after] = [y.shape.slice(0, axis), at(y.shape, axis), y.shape.slice(axis + 1)];
  if (step === 1 || count === 1) return y;
  const column = reshape(y, [...before, count, 1, ...after]);
  const pads = column.shape.map((_, i) => [0, i === axis + 1 ? step - 1 : 0] as const);
  const joined = reshape(pad(column, pads), [...before, count * step, ...after]);
  return slice(joined, { starts: [0], ends: [(count - 1) * step + 1], axes: [axis] });
}
