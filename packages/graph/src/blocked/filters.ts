import { type ConvolutionShape, isInBlocks } from "./convolution-shape.ts";
import { type BlockedBuilder, storedChannels } from "./layout.ts";

/**
 * Converts the filters of a convolution to blocks: [filters / block, channels / block, kh, kw, block channels, block
 * filters], or [filters / block, channels, kh, kw, block filters] for few channels, which are not in blocks.
 */
export function filtersOf(b: BlockedBuilder, weight: string, shape: ConvolutionShape): string {
  const { filters, channels, kernel } = shape;
  const inner = isInBlocks(shape) ? storedChannels(channels, b.block) : channels;
  const rows = isInBlocks(shape) ? channelsInside(b, weight, shape) : weight;
  const blocked = b.toRowBlocks(rows, [1, filters, inner * kernel[0] * kernel[1]]);
  return b.reshape(blocked, [storedChannels(filters, b.block), inner, ...kernel]);
}

/**
 * Converts filters to blocks with inputs and outputs exchanged: [channels / block, filters / block, rows, columns, block
 * filters, block channels].
 * @param rows rows of the kernel to include, in order
 * @param columns columns of the kernel to include, in order
 */
export function exchangedFilters(
  b: BlockedBuilder,
  weight: string,
  shape: ConvolutionShape,
  rows: readonly number[],
  columns: readonly number[],
): string {
  const { block } = b;
  const [filters, channels] = [storedChannels(shape.filters, block), storedChannels(shape.channels, block)];
  const [kh, kw] = shape.kernel;
  const chosen = rows.flatMap((row) => columns.map((column) => row * kw + column));
  const blocks = range(channels / block);
  // Moves whole rows of `block` channels.
  const sources = blocks.flatMap((inBlock) =>
    range(filters / block).flatMap((outer) =>
      chosen.flatMap((tap) =>
        range(block).map((inner) => ((outer * block + inner) * blocks.length + inBlock) * kh * kw + tap),
      ),
    ),
  );
  const inside = channelsInside(b, padFilters(b, weight, shape), { ...shape, filters });
  const all = b.hide(inside, [(filters * channels * kh * kw) / block, block]);
  const moved = b.onnx.node("Gather", [all, b.onnx.ints(sources)], { axis: 0 });
  return b.reshape(moved, [channels, filters, rows.length, columns.length]);
}

/** Converts filters to [filters, channels / block, kh, kw, block channels]. */
function channelsInside(
  b: BlockedBuilder,
  weight: string,
  { filters, channels, kernel }: Pick<ConvolutionShape, "filters" | "channels" | "kernel">,
): string {
  return b.toRowBlocks(weight, [filters, channels, kernel[0] * kernel[1]]);
}

/** Fills the last block with filters of zeros. */
function padFilters(b: BlockedBuilder, weight: string, { filters, channels, kernel }: ConvolutionShape): string {
  const missing = storedChannels(filters, b.block) - filters;
  if (missing === 0) return weight;
  const flat = b.reshape(weight, [filters, channels * kernel[0] * kernel[1]]);
  return b.onnx.node("Pad", [flat, b.onnx.ints([0, 0, missing, 0])]);
}

/** Converts padded [filters / block, kh, kw, channels, block filters] to a plain weight [filters, channels, kh, kw]. */
export function toWeight(b: BlockedBuilder, x: string, shape: ConvolutionShape): string {
  const { filters, channels, kernel } = shape;
  const outer = storedChannels(filters, b.block);
  const inner = isInBlocks(shape) ? storedChannels(channels, b.block) : channels;
  const taps = kernel[0] * kernel[1];
  const byTap = b.toRows(x, [1, outer, taps * inner]);
  const whole = b.permute(byTap, [outer, taps, inner], [0, 2, 1], [outer, inner, ...kernel]);
  if (inner === channels && outer === filters) return whole;
  const [starts, ends] = [b.onnx.ints([0, 0]), b.onnx.ints([filters, channels])];
  return b.onnx.node("Slice", [whole, starts, ends, b.onnx.ints([0, 1])]);
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
