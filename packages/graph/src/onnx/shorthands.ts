import { at, type Shape } from "../core/shape.ts";
import type { OnnxBuilder } from "./builder.ts";

/** Adds a node that reshapes `x`. */
export const reshape = (builder: OnnxBuilder, x: string, shape: Shape): string =>
  builder.node("Reshape", [x, builder.ints(shape)]);

/**
 * Adds a node that reshapes `x`, and hides the shape from ONNX Runtime's plan of the memory, as `hiddenInts` describes. In a
 * graph of standard ops, a Reshape must not follow: ONNX Runtime 1.30 fails to merge the two.
 */
export const hiddenReshape = (builder: OnnxBuilder, x: string, shape: Shape): string =>
  builder.node("Reshape", [x, builder.hiddenInts(shape)]);

/** Adds a node that reorders axes: axis i of the result is axis `order[i]` of `x`. */
export const transpose = (builder: OnnxBuilder, x: string, order: readonly number[]): string =>
  builder.node("Transpose", [x], { perm: order });

/** Adds nodes that reshape `x` to `from`, reorder its axes, and reshape the result to `to`. */
export const permute = (builder: OnnxBuilder, x: string, from: Shape, order: readonly number[], to: Shape): string =>
  reshape(builder, transpose(builder, reshape(builder, x, from), order), to);

/** Adds a node that joins tensors along an axis; none for a single tensor. */
export const concat = (builder: OnnxBuilder, parts: readonly string[], axis: number): string =>
  parts.length === 1 ? at(parts, 0) : builder.node("Concat", parts, { axis });

/** Adds a node that selects `count` elements from `start` on, `step` apart, along some axes. */
export function slice(
  builder: OnnxBuilder,
  x: string,
  axes: readonly { readonly axis: number; readonly start: number; readonly count: number; readonly step: number }[],
): string {
  const ends = axes.map(({ start, count, step }) => start + (count - 1) * step + 1);
  return builder.node("Slice", [
    x,
    builder.ints(axes.map(({ start }) => start)),
    builder.ints(ends),
    builder.ints(axes.map(({ axis }) => axis)),
    builder.ints(axes.map(({ step }) => step)),
  ]);
}
