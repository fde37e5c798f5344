import { at, broadcast, type Shape, sameShape, showShape, sizeOf } from "../../core/shape.ts";
import type { NodeContext } from "../context.ts";
import { axisOf } from "../fold-structure.ts";
import { isKnown } from "../known.ts";

/** Elements start, start + step, ... of an axis. */
export interface AxisRange {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Returns the shape that a Reshape gives its first input. */
export function reshapedShape(context: NodeContext): Shape {
  const { node, pass } = context;
  const from = context.shape(0);
  const target = context.numbers(1);
  const fixed = pass.fixed?.get(node.outputs[0] ?? "");
  if (fixed && !sameShape(fixed.from, from)) return rescaled(context, from, fixed);
  const copies = node.int("allowzero", 0) === 0;
  const sizes = target.map((size, axis) => (size === 0 && copies ? (from[axis] ?? 0) : size));
  const rest = sizeOf(sizes.filter((size) => size !== -1));
  const shape = sizes.map((size) => (size === -1 ? sizeOf(from) / rest : size));
  if (shape.every((size) => Number.isInteger(size) && size >= 0) && sizeOf(shape) === sizeOf(from)) return shape;
  return node.fail(
    `${showShape(from)} to ${showShape(target)}. Expected ${sizeOf(from)} elements. Use images of the size that the file was exported for.`,
  );
}

/**
 * Returns the shape of a Reshape for another batch size than that of the file. The batch is the outermost axis, or an
 * axis of its own that the Reshape keeps.
 */
function rescaled({ node }: NodeContext, from: Shape, fixed: { readonly from: Shape; readonly to: Shape }): Shape {
  const ratio = sizeOf(from) / sizeOf(fixed.from);
  const axis = from.findIndex((size, i) => size !== fixed.from[i]);
  const stride = (shape: Shape, i: number): number => sizeOf(shape.slice(i + 1));
  const target =
    axis === 0
      ? 0
      : fixed.to.findIndex((size, i) => size === fixed.from[axis] && stride(fixed.to, i) === stride(from, axis));
  const scaled = (fixed.to[target] ?? 0) * ratio;
  if (Number.isInteger(scaled) && scaled >= 1) return fixed.to.map((size, i) => (i === target ? scaled : size));
  return node.fail(
    `${showShape(fixed.from)} to ${showShape(fixed.to)} is written for one batch size only. Export the model with a batch axis of any size, as with dynamic_axes={"input": {0: "batch"}} in PyTorch.`,
  );
}

export function flattenedShape(context: NodeContext): Shape {
  const from = context.shape(0);
  const given = context.node.int("axis", 1);
  const axis = given === from.length ? given : axisOf(context, given, from.length);
  return [sizeOf(from.slice(0, axis)), sizeOf(from.slice(axis))];
}

export function squeezedShape(context: NodeContext): Shape {
  const from = context.shape(0);
  const given = context.intsOf("axes", 1);
  // Without axes, a batch of one image keeps its axis.
  const first = isKnown(context.value(0)) ? 0 : 1;
  const axes =
    given?.map((axis) => axisOf(context, axis, from.length)) ??
    from.flatMap((size, axis) => (size === 1 && axis >= first ? [axis] : []));
  const large = axes.find((axis) => from[axis] !== 1);
  if (large !== undefined) context.node.fail(`axis ${large} of ${showShape(from)}. Expected an axis of size 1.`);
  return from.filter((_, axis) => !axes.includes(axis));
}

export function unsqueezedShape(context: NodeContext): Shape {
  const from = context.shape(0);
  const given = context.intsOf("axes", 1) ?? context.node.fail("the axes are missing.");
  const rank = from.length + given.length;
  const axes = new Set(given.map((axis) => axisOf(context, axis, rank)));
  if (axes.size !== given.length) context.node.fail(`the axes ${showShape(given)}. Expected each once.`);
  const sizes = from.values();
  return Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (sizes.next().value as number)));
}

/** Returns the shape of an Expand. The batch axis stays 1, since all ops broadcast it and files then suit any batch size. */
export function expandedShape(context: NodeContext): Shape {
  const { node, pass } = context;
  const from = context.shape(0);
  const target = context.numbers(1);
  const shape = broadcast(from, target);
  if (!shape) return node.fail(`${showShape(from)} does not broadcast to ${showShape(target)}.`);
  const isBatch = from.length === shape.length && from.length > 1 && from[0] === 1 && shape[0] === pass.batchSize;
  return isBatch ? [1, ...shape.slice(1)] : shape;
}

/** Returns the ranges of a Slice, one per axis. */
export function sliceRanges(context: NodeContext): AxisRange[] {
  const { node } = context;
  const shape = context.shape(0);
  const starts = context.intsOf("starts", 1) ?? node.fail("the starts are missing.");
  const ends = context.intsOf("ends", 2) ?? node.fail("the ends are missing.");
  const axes = context.intsOf("axes", 3) ?? starts.map((_, i) => i);
  const steps = context.has(4) ? context.numbers(4) : starts.map(() => 1);
  if ([ends, axes, steps].some(({ length }) => length !== starts.length) || steps.includes(0)) {
    node.fail("the lists of starts, ends, axes and steps differ in length, or a step is 0. The file is damaged.");
  }
  const ranges = shape.map((count): AxisRange => ({ start: 0, step: 1, count }));
  for (const [i, given] of axes.entries()) {
    const axis = axisOf(context, given, shape.length);
    const [size, step] = [at(shape, axis), at(steps, i)];
    const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
    const inside = (index: number): number => Math.min(Math.max(index < 0 ? index + size : index, least), most);
    const [start, end] = [inside(at(starts, i)), inside(at(ends, i))];
    ranges[axis] = { start, step, count: Math.max(Math.ceil((end - start) / step), 0) };
  }
  return ranges;
}

/** Returns the axis and the sizes of the parts of a Split. */
export function partSizes(context: NodeContext): { readonly axis: number; readonly sizes: readonly number[] } {
  const { node } = context;
  const shape = context.shape(0);
  const axis = axisOf(context, node.int("axis", 0), shape.length);
  const count = node.outputs.length;
  const whole = shape[axis] ?? 0;
  const size = Math.ceil(whole / count);
  const even = Array.from({ length: count }, (_, i) => Math.min(size, whole - i * size));
  const sizes = context.intsOf("split", 1) ?? even;
  const isWhole = sizes.reduce((total, one) => total + one, 0) === whole && sizes.every((one) => one >= 1);
  if (sizes.length === count && isWhole) return { axis, sizes };
  return node.fail(
    `${whole} elements in parts of ${showShape(sizes)}. Expected ${count} parts that add up to ${whole}.`,
  );
}
