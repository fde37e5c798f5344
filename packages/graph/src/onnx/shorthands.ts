import type { Shape } from "../core/shape.ts";
import type { OnnxBuilder } from "./builder.ts";

// Nodes that move numbers about, in one line each.

export const reshape = (builder: OnnxBuilder, x: string, shape: Shape): string =>
  builder.node("Reshape", [x, builder.ints(shape)]);

/** Axis i of the result is axis `order[i]` of `x`. */
export const transpose = (builder: OnnxBuilder, x: string, order: readonly number[]): string =>
  builder.node("Transpose", [x], { perm: order });

/** Reads `x` as `from`, reorders the axes, and writes it as `to`. */
export const permute = (builder: OnnxBuilder, x: string, from: Shape, order: readonly number[], to: Shape): string =>
  reshape(builder, transpose(builder, reshape(builder, x, from), order), to);

export const concat = (builder: OnnxBuilder, parts: readonly string[], axis: number): string =>
  parts.length === 1 ? (parts[0] as string) : builder.node("Concat", parts, { axis });

/** The elements from `start` on, as many as `count`, every `step`-th, along each of some axes. */
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
