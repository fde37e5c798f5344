import type { ConvolutionShape } from "./convolution-shape.ts";
import { BLOCK, type BlockedBuilder, fillsBlocks, storedChannels } from "./layout.ts";

/**
 * Converts the filters of a convolution to blocks: [filters / 16, channels / 16, kh, kw, 16 channels, 16 filters], or
 * [filters / 16, channels, kh, kw, 16 filters] for few channels, which are not in blocks.
 */
export function filtersOf(b: BlockedBuilder, weight: string, shape: ConvolutionShape): string {
  const { filters, channels, kernel } = shape;
  const inner = fillsBlocks(channels) ? storedChannels(channels) : channels;
  const rows = inner === channels && channels < BLOCK ? weight : channelsInside(b, weight, shape);
  const blocked = b.toColumnsOf16(rows, [1, filters, inner * kernel[0] * kernel[1]]);
  return b.reshape(blocked, [storedChannels(filters), inner, ...kernel]);
}

/**
 * Converts filters to blocks with inputs and outputs exchanged: [channels / 16, filters / 16, rows, columns, 16 filters,
 * 16 channels].
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
  const [filters, channels] = [storedChannels(shape.filters), storedChannels(shape.channels)];
  const [kh, kw] = shape.kernel;
  const chosen = rows.flatMap((row) => columns.map((column) => row * kw + column));
  const blocks = range(channels / BLOCK);
  // Moves whole rows of 16 channels.
  const sources = blocks.flatMap((block) =>
    range(filters / BLOCK).flatMap((outer) =>
      chosen.flatMap((tap) =>
        range(BLOCK).map((inner) => ((outer * BLOCK + inner) * blocks.length + block) * kh * kw + tap),
      ),
    ),
  );
  const inside = channelsInside(b, padFilters(b, weight, shape), { ...shape, filters });
  const all = b.reshape(inside, [(filters * channels * kh * kw) / BLOCK, BLOCK]);
  const moved = b.onnx.node("Gather", [all, b.onnx.ints(sources)], { axis: 0 });
  return b.reshape(moved, [channels, filters, rows.length, columns.length]);
}

/** Converts filters to [filters, channels / 16, kh, kw, 16 channels]. */
function channelsInside(
  b: BlockedBuilder,
  weight: string,
  { filters, channels, kernel }: Pick<ConvolutionShape, "filters" | "channels" | "kernel">,
): string {
  return b.toColumnsOf16(weight, [filters, channels, kernel[0] * kernel[1]]);
}

/** Fills the last block with filters of zeros. */
function padFilters(b: BlockedBuilder, weight: string, { filters, channels, kernel }: ConvolutionShape): string {
  const missing = storedChannels(filters) - filters;
  if (missing === 0) return weight;
  const flat = b.reshape(weight, [filters, channels * kernel[0] * kernel[1]]);
  return b.onnx.node("Pad", [flat, b.onnx.ints([0, 0, missing, 0])]);
}

/** Converts padded [filters / 16, kh, kw, channels, 16 filters] to a plain weight [filters, channels, kh, kw]. */
export function toWeight(b: BlockedBuilder, x: string, { filters, channels, kernel }: ConvolutionShape): string {
  const inner = fillsBlocks(channels) ? storedChannels(channels) : channels;
  const taps = kernel[0] * kernel[1];
  const byTap = b.toRows(x, [1, storedChannels(filters), taps * inner]);
  const whole = b.permute(
    byTap,
    [storedChannels(filters), taps, inner],
    [0, 2, 1],
    [storedChannels(filters), inner, ...kernel],
  );
  if (inner === channels && filters % BLOCK === 0) return whole;
  const [starts, ends] = [b.onnx.ints([0, 0]), b.onnx.ints([filters, channels])];
  return b.onnx.node("Slice", [whole, starts, ends, b.onnx.ints([0, 1])]);
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
