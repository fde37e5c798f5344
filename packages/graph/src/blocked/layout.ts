import type { Shape } from "../core/shape.ts";
import type { OnnxBuilder } from "../onnx/builder.ts";
import { concat, permute, reshape, transpose } from "../onnx/shorthands.ts";

/**
 * The layout of ONNX Runtime's own convolutions, in which channels stand in blocks: a tensor [n, c, h, w] is stored as
 * [n, c / 16, h, w, 16]. The last block of channels that are no multiple of 16 is filled up. In these files "its stored
 * shape" is [n, c filled up, h, w], which is how ONNX Runtime writes it.
 */
export const NCHWC = "com.microsoft.nchwc";

/** Channels in a block: what one AVX-512 register holds. */
export const BLOCK = 16;

/** What ONNX Runtime reorders 4 at a time. */
const QUARTER = 4;

/** Whether so many channels can be stored in blocks. */
export const fillsBlocks = (channels: number): boolean => channels >= BLOCK && channels % QUARTER === 0;

/** Whether a tensor can be stored in blocks. */
export const isBlockable = (shape: Shape): boolean => shape.length === 4 && fillsBlocks(shape[1] as number);

/** Channels with those that fill up the last block. */
export const storedChannels = (channels: number): number => Math.ceil(channels / BLOCK) * BLOCK;

/** The shape of a tensor in blocks. */
export const storedShape = (shape: Shape): Shape =>
  shape.map((size, axis) => (axis === 1 ? storedChannels(size) : size));

export const toBlocked = (builder: OnnxBuilder, x: string): string => builder.node(`${NCHWC}::ReorderInput`, [x]);

export const toPlain = (builder: OnnxBuilder, x: string, [, channels]: Shape): string =>
  builder.node(`${NCHWC}::ReorderOutput`, [x], { channels: channels as number });

/** Short names for the nodes that lowerings in this layout are made of. */
export class BlockedBuilder {
  readonly onnx: OnnxBuilder;

  constructor(onnx: OnnxBuilder) {
    this.onnx = onnx;
  }

  reshape(x: string, shape: Shape): string {
    return reshape(this.onnx, x, shape);
  }

  transpose(x: string, perm: readonly number[]): string {
    return transpose(this.onnx, x, perm);
  }

  /** Reads `x` as `from`, reorders the axes, and writes it as `to`. */
  permute(x: string, from: Shape, perm: readonly number[], to: Shape): string {
    return permute(this.onnx, x, from, perm, to);
  }

  concat(parts: readonly string[], axis: number): string {
    return concat(this.onnx, parts, axis);
  }

  /** [batch, rows, columns] to [batch, rows / 16, columns, 16], with zeros in the last block: several times as fast as a Transpose. */
  toColumnsOf16(x: string, [batch, rows, columns]: readonly [number, number, number]): string {
    return toBlocked(this.onnx, this.reshape(x, [batch, rows, columns, 1]));
  }

  /** [batch, rows / 16, columns, 16] to [batch, rows, columns]. */
  toRows(x: string, [batch, rows, columns]: readonly [number, number, number]): string {
    return toPlain(this.onnx, this.reshape(x, [batch, rows, columns, 1]), [batch, rows]);
  }

  /** Transposes tiles of 16 by 16, of which `x` has so many in a row. */
  transposeTiles(x: string, tiles: number): string {
    return this.toRows(x, [tiles, BLOCK, BLOCK]);
  }

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

  /** The name of a constant matrix. */
  matrix(rows: readonly (readonly number[])[]): string {
    return this.onnx.constant(Float32Array.from(rows.flat()), [rows.length, (rows[0] as readonly number[]).length]);
  }

  /** Each channel times a number, with what else a convolution does; numbers are plain, and of the channels that there are. */
  scaleChannels(x: string, shape: Shape, scale: string, { bias, sum, activation }: ScaleSettings = {}): string {
    const stored = storedShape(shape);
    const [images, channels, height, width] = stored as [number, number, number, number];
    // Long rows are faster.
    const flat = [images, channels, 1, height * width];
    const scaled = this.conv(this.reshape(x, flat), this.reshape(this.fillUp(scale, shape), [channels, 1, 1, 1]), {
      kernel: [1, 1],
      groups: channels,
      ...(bias && { bias: this.fillUp(bias, shape) }),
      ...(sum && { sum: this.reshape(sum, flat) }),
      ...(activation && { activation }),
    });
    return this.reshape(scaled, stored);
  }

  /** Numbers of the channels of a tensor, with zeros for those that fill up the last block. */
  fillUp(numbers: string, [, channels]: Shape): string {
    const missing = storedChannels(channels as number) - (channels as number);
    return missing === 0 ? numbers : this.onnx.node("Pad", [numbers, this.onnx.ints([0, missing])]);
  }

  /** Numbers [..., stored channels] of the channels that there are. */
  withoutFilling(numbers: string, [, channels]: Shape): string {
    if ((channels as number) % BLOCK === 0) return numbers;
    const [start, end, axis] = [this.onnx.ints([0]), this.onnx.ints([channels as number]), this.onnx.ints([-1])];
    return this.onnx.node("Slice", [numbers, start, end, axis]);
  }

  /**
   * A convolution of each channel with the same few numbers, which lie along one axis.
   * @param stored the stored shape of `x`
   */
  convEach(x: string, [, channels]: Shape, numbers: readonly number[], settings: Omit<ConvSettings, "groups">): string {
    const [height, width] = settings.kernel;
    const filter = Float32Array.from(
      { length: (channels as number) * numbers.length },
      (_, i) => numbers[Math.floor(i / BLOCK) % numbers.length] as number,
    );
    const shape = [channels as number, 1, height, width];
    return this.conv(x, this.onnx.constant(filter, shape), { ...settings, groups: channels as number });
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
  /** Top, left, bottom, right. */
  readonly pads?: readonly [number, number, number, number];
  readonly groups?: number;
  /** Names of values; a bias for each channel, and a tensor of the output's shape that is added. */
  readonly bias?: string;
  readonly sum?: string;
  readonly activation?: "Relu";
}
