import type { OnnxBuilder } from "../onnx/builder.ts";
import { concat, permute, reshape, transpose } from "../onnx/shorthands.ts";
import type { Shape } from "../shape.ts";

/**
 * The layout of ONNX Runtime's own convolutions, in which channels stand in blocks: a tensor [n, c, h, w] is stored as
 * [n, c / 16, h, w, 16]. Its shape is still written [n, c, h, w].
 */
export const NCHWC = "com.microsoft.nchwc";

/** Channels in a block: what one AVX-512 register holds. */
export const BLOCK = 16;

/** Whether a tensor can be stored in blocks. */
export const isBlockable = (shape: Shape): boolean => shape.length === 4 && (shape[1] as number) % BLOCK === 0;

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

  /** Transposes tiles of 16 by 16, of which `x` has so many in a row: what ReorderOutput does to blocks of channels. */
  transposeTiles(x: string, tiles: number): string {
    return this.onnx.node(`${NCHWC}::ReorderOutput`, [this.reshape(x, [tiles, BLOCK, BLOCK, 1])], { channels: BLOCK });
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
