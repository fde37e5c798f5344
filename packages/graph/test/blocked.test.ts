import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { type ConvolutionShape, convolution } from "../src/blocked/convolution.ts";
import { hasInputGradient, inputGradient } from "../src/blocked/input-gradient.ts";
import { BLOCK, BlockedBuilder, toBlocked, toPlain } from "../src/blocked/layout.ts";
import { blockedWorks } from "../src/blocked/probe.ts";
import { hasWeightGradient, weightGradient } from "../src/blocked/weight-gradient.ts";
import { cpu } from "../src/devices/cpu.ts";
import { OnnxBuilder } from "../src/onnx/builder.ts";

/** images, channels, filters, height, width, kernel, stride */
const SHAPES: readonly (readonly [number, number, number, number, number, number, number])[] = [
  [4, 16, 32, 16, 16, 3, 1],
  [4, 32, 16, 8, 8, 3, 1],
  [3, 16, 16, 8, 8, 3, 1],
  [2, 16, 32, 14, 14, 5, 1],
  [2, 32, 16, 28, 28, 3, 1],
  [3, 16, 16, 5, 7, 3, 1],
  [2, 16, 48, 9, 20, 1, 1],
  [4, 16, 32, 32, 32, 3, 2],
  [4, 32, 16, 16, 16, 3, 2],
  [4, 16, 32, 16, 16, 1, 2],
  [4, 16, 32, 32, 32, 1, 2],
  [2, 1, 16, 28, 28, 5, 1],
  [2, 3, 32, 32, 32, 3, 1],
  [3, 3, 16, 8, 8, 3, 1],
  [8, 16, 128, 8, 8, 3, 1],
];

function describeShape([
  images,
  channels,
  filters,
  height,
  width,
  k,
  stride,
]: (typeof SHAPES)[number]): ConvolutionShape {
  const padding = [k >> 1, k >> 1] as const;
  const [outHeight, outWidth] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  return { images, channels, filters, height, width, kernel: [k, k], stride, padding, outHeight, outWidth };
}

const noise = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233) * 0.5);

/** Forward, and both gradients for the given output's gradient, by plain loops. */
function reference(x: Float32Array, w: Float32Array, d: Float32Array, shape: ConvolutionShape) {
  const { images, channels, filters, height, width, kernel, stride, padding, outHeight, outWidth } = shape;
  const y = new Float64Array(d.length);
  const dx = new Float64Array(x.length);
  const dw = new Float64Array(w.length);
  for (let n = 0; n < images; n++)
    for (let o = 0; o < filters; o++)
      for (let i = 0; i < outHeight; i++)
        for (let j = 0; j < outWidth; j++) {
          const at = ((n * filters + o) * outHeight + i) * outWidth + j;
          for (let c = 0; c < channels; c++)
            for (let r = 0; r < kernel[0]; r++)
              for (let s = 0; s < kernel[1]; s++) {
                const [row, column] = [i * stride + r - padding[0], j * stride + s - padding[1]];
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                const xAt = ((n * channels + c) * height + row) * width + column;
                const wAt = ((o * channels + c) * kernel[0] + r) * kernel[1] + s;
                y[at] = (y[at] as number) + (x[xAt] as number) * (w[wAt] as number);
                dx[xAt] = (dx[xAt] as number) + (d[at] as number) * (w[wAt] as number);
                dw[wAt] = (dw[wAt] as number) + (d[at] as number) * (x[xAt] as number);
              }
        }
  return { y, dx, dw };
}

const works = await blockedWorks(cpu);
if (!works) console.warn("skipped: this processor has no AVX-512, for which the blocks of 16 channels are made");

describe.runIf(works)("convolutions in blocks equal plain loops", () => {
  test.each(SHAPES)("%i images, %i to %i channels, %ix%i, kernel %i, stride %i", async (...row) => {
    const shape = describeShape(row);
    const { images, channels, filters, height, width, outHeight, outWidth, kernel } = shape;
    const [inner, outer] = [
      [images, channels, height, width],
      [images, filters, outHeight, outWidth],
    ];
    const onnx = new OnnxBuilder();
    const b = new BlockedBuilder(onnx);
    const w = onnx.input("w", [filters, channels, ...kernel], "float32");
    const x = onnx.input("x", inner, "float32");
    const d = toBlocked(onnx, onnx.input("d", outer, "float32"));
    const inBlocks = channels % BLOCK === 0 ? toBlocked(onnx, x) : x;
    const outputs = [
      { name: "y", shape: outer, value: toPlain(onnx, convolution(b, inBlocks, w, shape), outer) },
      { name: "dw", shape: [filters, channels, ...kernel], value: weightGradient(b, inBlocks, d, shape) },
    ];
    expect(hasWeightGradient(shape)).toBe(true);
    if (hasInputGradient(shape)) {
      outputs.push({ name: "dx", shape: inner, value: toPlain(onnx, inputGradient(b, d, w, shape), inner) });
    }
    const model = onnx.encode(outputs.map((output) => ({ ...output, dtype: "float32" as const })));
    const session = await InferenceSession.create(model, { graphOptimizationLevel: "disabled", logSeverityLevel: 3 });
    const values = {
      x: noise(images * channels * height * width, 1),
      w: noise(filters * channels * kernel[0] * kernel[1], 2),
      d: noise(images * filters * outHeight * outWidth, 3),
    };
    const results = await session.run({
      x: new Tensor("float32", values.x, inner),
      w: new Tensor("float32", values.w, [filters, channels, ...kernel]),
      d: new Tensor("float32", values.d, outer),
    });
    const expected = reference(values.x, values.w, values.d, shape);
    for (const { name } of outputs) {
      const [ours, theirs] = [results[name]?.data as Float32Array, expected[name as keyof typeof expected]];
      const largest = Math.max(...theirs.map(Math.abs));
      const worst = Math.max(...theirs.map((value, i) => Math.abs(value - (ours[i] as number))));
      expect(worst / largest, name).toBeLessThan(5e-5);
    }
    await session.release();
  });
});
