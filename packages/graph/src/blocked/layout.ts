import { at, type Shape, type Sizes, sizes } from "../core/shape.ts";
import type { OnnxBuilder } from "../onnx/builder.ts";
import { concat, hiddenReshape, permute, reshape, transpose } from "../onnx/shorthands.ts";

/**
 * ONNX op domain of the blocked layout, which ONNX Runtime's own convolutions use: a tensor [n, c, h, w] is stored as
 * [n, c / block, h, w, block]. If c is not a multiple of the block size, the last block is padded. The "stored shape" in
 * these files is [n, padded c, h, w], as ONNX Runtime declares it.
 */
export const NCHWC = "com.microsoft.nchwc";

/** Channels that ONNX Runtime reorders at a time. */
const QUARTER = 4;

/** True if a number of channels can be stored in blocks of `block` channels. */
export const fillsBlocks = (channels: number, block: number): boolean => channels >= block && channels % QUARTER === 0;

/** Returns the channels of a tensor [images, channels, ...]. */
export const channelsOf = (shape: Shape): number => at(shape, 1);

/** True if a tensor can be stored in blocks. */
export const isBlockable = (shape: Shape, block: number): boolean =>
  shape.length === 4 && fillsBlocks(channelsOf(shape), block);

/** Returns the number of channels including the padding of the last block. */
export const storedChannels = (channels: number, block: number): number => Math.ceil(channels / block) * block;

/** Returns the stored shape of a tensor in blocks. */
export function storedShape(shape: Shape, block: number): Sizes<4> {
  const [images, channels, height, width] = sizes(shape, 4);
  return [images, storedChannels(channels, block), height, width];
}

/** Converts a plain tensor to blocks. */
export const toBlocked = (builder: OnnxBuilder, x: string): string => builder.node(`${NCHWC}::ReorderInput`, [x]);

/** Converts a tensor in blocks to a plain one with a number of channels. */
export const toPlain = (builder: OnnxBuilder, x: string, channels: number): string =>
  builder.node(`${NCHWC}::ReorderOutput`, [x], { channels });

/** Adds the nodes that lowerings in the blocked layout consist of. */
export class BlockedBuilder {
  readonly onnx: OnnxBuilder;
  /** Channels per block. */
  readonly block: number;

  constructor(onnx: OnnxBuilder, block: number) {
    this.onnx = onnx;
    this.block = block;
  }

  reshape(x: string, shape: Shape): string {
    return reshape(this.onnx, x, shape);
  }

  /** Reshapes `x` and hides the shapes of the values that follow, as `OnnxBuilder.hiddenInts` describes. */
  hide(x: string, shape: Shape): string {
    return hiddenReshape(this.onnx, x, shape);
  }

  transpose(x: string, perm: readonly number[]): string {
    return transpose(this.onnx, x, perm);
  }

  /** Reshapes `x` to `from`, transposes it, and reshapes the result to `to`. */
  permute(x: string, from: Shape, perm: readonly number[], to: Shape): string {
    return permute(this.onnx, x, from, perm, to);
  }

  concat(parts: readonly string[], axis: number): string {
    return concat(this.onnx, parts, axis);
  }

  /** Converts [batch, rows, columns] to [batch, rows / block, columns, block], padded with zeros. Several times as fast as a Transpose. */
  toRowBlocks(x: string, [batch, rows, columns]: readonly [number, number, number]): string {
    return toBlocked(this.onnx, this.hide(x, [batch, rows, columns, 1]));
  }

  /** Converts [batch, rows / block, columns, block] to [batch, rows, columns]. */
  toRows(x: string, [batch, rows, columns]: readonly [number, number, number]): string {
    return toPlain(this.onnx, this.hide(x, [batch, rows, columns, 1]), rows);
  }

  /** Transposes each of the consecutive tiles of block x block numbers in `x`. */
  transposeTiles(x: string, tiles: number): string {
    return this.toRows(x, [tiles, this.block, this.block]);
  }

  /** Adds a convolution in blocks. */
  conv(x: string, filter: string, settings: ConvSettings): string {
    const { bias = "", sum = "", activation, ...rest } = settings;
    const inputs = sum !== "" ? [x, filter, bias, sum] : bias !== "" ? [x, filter, bias] : [x, filter];
    return this.onnx.node(`${NCHWC}::Conv`, inputs, {
      kernel_shape: rest.kernel,
      strides: rest.strides ?? [1, 1],
      dilations: rest.dilations ?? [1, 1],
      pads: rest.pads ?? [0, 0, 0, 0],
      group: rest.groups ?? 1,
      ...(activation && { activation }),
    });
  }

  /** Adds a constant matrix; returns its name. */
  matrix(rows: readonly (readonly number[])[]): string {
    return this.onnx.constant(Float32Array.from(rows.flat()), [rows.length, at(rows, 0).length]);
  }

  /** Multiplies each channel by a number, with the epilogue of a convolution. `scale` and `bias` are plain and not padded. */
  scaleChannels(x: string, shape: Shape, scale: string, { bias, sum, activation }: ScaleSettings = {}): string {
    const stored = storedShape(shape, this.block);
    const [images, channels, height, width] = stored;
    // ONNX Runtime is faster on long rows.
    const flat = [images, channels, 1, height * width];
    const scaled = this.conv(
      // ONNX Runtime adds to a sum in place only if it knows its shape.
      sum ? this.reshape(x, flat) : this.hide(x, flat),
      this.reshape(this.padChannels(scale, channelsOf(shape)), [channels, 1, 1, 1]),
      {
        kernel: [1, 1],
        groups: channels,
        bias: bias && this.padChannels(bias, channelsOf(shape)),
        sum: sum && this.reshape(sum, flat),
        activation,
      },
    );
    return this.reshape(scaled, stored);
  }

  /** Pads numbers per channel with zeros to the last block. */
  padChannels(numbers: string, channels: number): string {
    const missing = storedChannels(channels, this.block) - channels;
    return missing === 0 ? numbers : this.onnx.node("Pad", [numbers, this.onnx.ints([0, missing])]);
  }

  /** Removes the padding of the last block from numbers [..., stored channels]. */
  unpadChannels(numbers: string, channels: number): string {
    if (channels % this.block === 0) return numbers;
    const [start, end, axis] = [this.onnx.ints([0]), this.onnx.ints([channels]), this.onnx.ints([-1])];
    return this.onnx.node("Slice", [numbers, start, end, axis]);
  }

  /**
   * Adds a convolution of each channel with the same one-dimensional filter.
   * @param stored stored shape of `x`
   * @param numbers the filter
   */
  convEach(x: string, stored: Shape, numbers: readonly number[], settings: Omit<ConvSettings, "groups">): string {
    const channels = channelsOf(stored);
    const [height, width] = settings.kernel;
    const filter = Float32Array.from({ length: channels * numbers.length }, (_, i) =>
      at(numbers, Math.floor(i / this.block) % numbers.length),
    );
    const shape = [channels, 1, height, width];
    return this.conv(x, this.onnx.constant(filter, shape), { ...settings, groups: channels });
  }
}

interface ScaleSettings {
  readonly bias?: string | undefined;
  readonly sum?: string | undefined;
  readonly activation?: "Relu" | undefined;
}

interface ConvSettings {
  readonly kernel: readonly [number, number];
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
  /** Padding: top, left, bottom, right. */
  readonly pads?: readonly [number, number, number, number];
  readonly groups?: number;
  /** Name of a value with one number per channel. */
  readonly bias?: string | undefined;
  /** Name of a value of the output's shape that is added. */
  readonly sum?: string | undefined;
  readonly activation?: "Relu" | undefined;
}
