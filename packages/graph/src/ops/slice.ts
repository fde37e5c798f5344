import { checkAxes, checkTypes } from "../core/check.ts";
import { fold } from "../core/fold.ts";
import { apply, defineOp } from "../core/op.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { flip } from "./flip.ts";
import { pad } from "./pad.ts";
import { reshape } from "./reshape.ts";

export interface SliceOptions {
  /** First index of each of the axes; negative ones count from the end. */
  readonly starts: readonly number[];
  /** Index after the last; with a negative step, before it. Beyond the end is the end. */
  readonly ends: readonly number[];
  /** Which axes; default the first ones. */
  readonly axes?: readonly number[];
  /** From index to index, not 0; negative to go backwards. Default 1. */
  readonly steps?: readonly number[];
}

/** The elements start, start + step, ... of an axis, `count` in all. */
interface Range {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

interface SliceAttributes extends Readonly<Record<string, unknown>> {
  /** One of each axis. Their steps are above 0: WebGPU is wrong about others that do not start at the last element. */
  readonly ranges: readonly Range[];
}

const op = defineOp<SliceAttributes>({
  name: "slice",
  infer: (inputs, { ranges }) => {
    checkTypes("slice", inputs, ["float32"]);
    return { shape: ranges.map(({ count }) => count) };
  },
  simplify: (inputs, { ranges }, shape): Tensor | null => {
    const [x] = inputs as [Tensor];
    if (ranges.every(({ step, count }, axis) => step === 1 && count === x.shape[axis])) return x;
    if (x.op.name === "slice") {
      const before = (x.attributes as SliceAttributes).ranges;
      return apply(op, x.inputs, { ranges: ranges.map((range, axis) => within(before[axis] as Range, range)) });
    }
    const at = (index: readonly number[]): number[] =>
      ranges.map(({ start, step }, i) => start + step * (index[i] as number));
    return fold(inputs, { shape, dtype: x.dtype }, (read, index) => read(0, at(index)));
  },
  gradient: ({ inputs: [x], cotangent, attributes: { ranges } }) => {
    const apart = ranges.reduce((y, { step }, axis) => withZerosBetween(y, axis, step), cotangent);
    const sides = ranges.map(({ start }, axis): readonly [number, number] => {
      return [start, ((x as Tensor).shape[axis] as number) - start - (apart.shape[axis] as number)];
    });
    return [pad(apart, sides)];
  },
  lower: ({ builder, names: [name], attributes: { ranges } }) => {
    const starts = ranges.map(({ start }) => start);
    const ends = ranges.map(({ start, step, count }) => start + (count - 1) * step + 1);
    const steps = ranges.map(({ step }) => step);
    const lists = [starts, ends, ranges.map((_, axis) => axis), steps];
    return builder.node("Slice", [name as string, ...lists.map((list) => builder.ints(list))]);
  },
});

/**
 * A part of a tensor, as Python's `x[start:end:step]` of some axes.
 * @example slice(x, { starts: [1], ends: [3] }); // the second and third along the first axis
 * @example slice(x, { starts: [-1], ends: [-9], axes: [3], steps: [-1] }); // images of 8 columns, mirrored
 */
export function slice(x: Tensor, { starts, ends, axes = starts.map((_, i) => i), steps }: SliceOptions): Tensor {
  const lists = Object.entries({ starts, ends, axes, ...(steps && { steps }) });
  if (lists.some(([, list]) => list.length !== starts.length)) {
    fail("slice", `${lists.map(([name, list]) => `${list.length} ${name}`).join(", ")}: expected as many of each`);
  }
  checkAxes("slice", x, axes);
  const ranges = x.shape.map((count): Range => ({ start: 0, step: 1, count }));
  for (const [i, given] of axes.entries()) {
    const axis = given < 0 ? given + x.rank : given;
    const [start, end, step] = [starts[i] as number, ends[i] as number, steps?.[i] ?? 1];
    const range = rangeOf(start, end, step, x.shape[axis] as number);
    const slicing = `${start}:${end}:${step} of axis ${axis} of ${showShape(x.shape)}`;
    if (![start, end, step].every(Number.isInteger) || step === 0) {
      fail("slice", `${slicing}: expected whole numbers, and a step that is not 0`);
    }
    if (range.count < 1) fail("slice", `${slicing} is empty: expected one element or more`);
    ranges[axis] = range;
  }
  const forward = ranges.map((range) => (range.step > 0 ? range : reversed(range)));
  const backward = [...ranges.keys()].filter((axis) => (ranges[axis]?.step ?? 1) < 0);
  return flip(apply(op, [x], { ranges: forward }), backward);
}

/** A range of the elements of a range. */
const within = (outer: Range, { start, step, count }: Range): Range => ({
  start: outer.start + start * outer.step,
  step: outer.step * step,
  count,
});

/** Python's rules: negative indices count from the end, and those beyond an end are that end. */
function rangeOf(start: number, end: number, step: number, size: number): Range {
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const inside = (index: number): number => Math.min(Math.max(index < 0 ? index + size : index, least), most);
  return { start: inside(start), step, count: Math.ceil((inside(end) - inside(start)) / step) };
}

/** The same elements from the other end. */
const reversed = ({ start, step, count }: Range): Range => ({ start: start + (count - 1) * step, step: -step, count });

/** The elements of an axis at every `step`-th place, from the first to the last. */
function withZerosBetween(y: Tensor, axis: number, step: number): Tensor {
  const [before, count, after] = [y.shape.slice(0, axis), y.shape[axis] as number, y.shape.slice(axis + 1)];
  if (step === 1 || count === 1) return y;
  const column = reshape(y, [...before, count, 1, ...after]);
  const sides = column.shape.map((_, i): readonly [number, number] => [0, i === axis + 1 ? step - 1 : 0]);
  const joined = reshape(pad(column, sides), [...before, count * step, ...after]);
  return slice(joined, { starts: [0], ends: [(count - 1) * step + 1], axes: [axis] });
}
