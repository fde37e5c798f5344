import type { OnnxBuilder } from "../onnx/builder.ts";

/** x * factor * scale + bias + offset. `scale` and `bias` are names of plain values with one number per channel. */
export interface Linear {
  readonly factor?: number;
  readonly scale?: string | undefined;
  readonly bias?: string | undefined;
  readonly offset?: number;
}

/** Composes two linear functions, of which `first` is applied first. */
export function compose(onnx: OnnxBuilder, first: Linear, second: Linear): Linear {
  const { factor = 1, scale, offset = 0 } = second;
  const scaled = (x: string): string => {
    const times = scale === undefined ? x : onnx.node("Mul", [x, scale]);
    return factor === 1 ? times : onnx.node("Mul", [times, onnx.float(factor)]);
  };
  const sum = (terms: readonly (string | undefined)[]): string | undefined =>
    terms.reduce(
      (one, other) => (one !== undefined && other !== undefined ? onnx.node("Add", [one, other]) : (one ?? other)),
      undefined,
    );
  const before = (first.offset ?? 0) * factor;
  // A scale makes the offset differ by channel.
  const moved = scale !== undefined && before !== 0 ? onnx.node("Mul", [scale, onnx.float(before)]) : undefined;
  const bias = sum([first.bias === undefined ? undefined : scaled(first.bias), moved, second.bias]);
  const both =
    first.scale !== undefined && scale !== undefined ? onnx.node("Mul", [first.scale, scale]) : (first.scale ?? scale);
  return {
    factor: (first.factor ?? 1) * factor,
    scale: both,
    bias,
    offset: (moved === undefined ? before : 0) + offset,
  };
}

/** Returns the name of the scale, one number per channel; null if it is 1. */
export function scaleOf(onnx: OnnxBuilder, { factor = 1, scale }: Linear, channels: number): string | null {
  if (scale === undefined)
    return factor === 1 ? null : onnx.constant(new Float32Array(channels).fill(factor), [channels]);
  return factor === 1 ? scale : onnx.node("Mul", [scale, onnx.float(factor)]);
}

/** Returns the name of the shift, one number per channel; null if it is 0. */
export function shiftOf(onnx: OnnxBuilder, { offset = 0, bias }: Linear, channels: number): string | null {
  if (bias === undefined)
    return offset === 0 ? null : onnx.constant(new Float32Array(channels).fill(offset), [channels]);
  return offset === 0 ? bias : onnx.node("Add", [bias, onnx.float(offset)]);
}
