import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { convolution } from "../src/blocked/convolution.ts";
import { type ConvolutionShape, isInBlocks } from "../src/blocked/convolution-shape.ts";
import { hasInputGradient, inputGradient, joinParities, parityGradients } from "../src/blocked/input-gradient.ts";
import { BlockedBuilder, fillsBlocks, toBlocked, toPlain } from "../src/blocked/layout.ts";
import { convolutionOp, inputGradientOp, weightGradientOp } from "../src/blocked/tuned-ops.ts";
import { hasWeightGradient, weightGradient } from "../src/blocked/weight-gradient.ts";
import { OnnxBuilder } from "../src/onnx/builder.ts";
import { block } from "./block.ts";

interface Row {
  /** [images, channels, height, width] */
  readonly x: readonly [number, number, number, number];
  readonly filters: number;
  readonly kernel: number | readonly [number, number];
  readonly stride?: number;
  /** Default: half the kernel on all sides. */
  readonly padding?: readonly [top: number, left: number, bottom: number, right: number];
}

const SHAPES: readonly Row[] = [
  { x: [4, 16, 16, 16], filters: 32, kernel: 3 },
  { x: [4, 32, 8, 8], filters: 16, kernel: 3 },
  { x: [3, 16, 8, 8], filters: 16, kernel: 3 },
  { x: [2, 16, 14, 14], filters: 32, kernel: 5 },
  { x: [2, 32, 28, 28], filters: 16, kernel: 3 },
  { x: [3, 16, 5, 7], filters: 16, kernel: 3 },
  { x: [2, 16, 9, 20], filters: 48, kernel: 1 },
  { x: [8, 16, 8, 8], filters: 128, kernel: 3 },
  // Strides of 2.
  { x: [4, 16, 32, 32], filters: 32, kernel: 3, stride: 2 },
  { x: [4, 32, 16, 16], filters: 16, kernel: 3, stride: 2 },
  { x: [4, 16, 8, 8], filters: 16, kernel: 3, stride: 2 },
  { x: [4, 16, 16, 16], filters: 32, kernel: 1, stride: 2 },
  { x: [4, 16, 32, 32], filters: 32, kernel: 1, stride: 2 },
  // First layers.
  { x: [2, 1, 28, 28], filters: 16, kernel: 5 },
  { x: [2, 3, 32, 32], filters: 32, kernel: 3 },
  { x: [3, 3, 8, 8], filters: 16, kernel: 3 },
  { x: [2, 3, 9, 9], filters: 24, kernel: 2, padding: [0, 0, 0, 0] },
  // Channels and filters with a partly filled last block.
  { x: [4, 24, 8, 8], filters: 64, kernel: 3 },
  { x: [2, 16, 9, 9], filters: 20, kernel: 3 },
  { x: [2, 36, 6, 6], filters: 44, kernel: 1 },
  { x: [4, 24, 8, 8], filters: 40, kernel: 3, stride: 2 },
  // Channels and filters that fill blocks of 8, fill the last one in part, or are too few for blocks of 16.
  { x: [4, 8, 8, 8], filters: 16, kernel: 3 },
  { x: [2, 12, 9, 9], filters: 24, kernel: 3 },
  { x: [2, 8, 14, 14], filters: 8, kernel: 5 },
  { x: [3, 12, 7, 7], filters: 12, kernel: 3 },
  { x: [4, 8, 16, 16], filters: 12, kernel: 3, stride: 2 },
  { x: [2, 1, 10, 10], filters: 8, kernel: 5 },
  // Narrow images, several of which share a block.
  { x: [8, 16, 4, 4], filters: 32, kernel: 3 },
  { x: [8, 16, 2, 2], filters: 16, kernel: 3 },
  { x: [8, 16, 7, 7], filters: 32, kernel: 3 },
  { x: [8, 32, 3, 3], filters: 16, kernel: 3 },
  { x: [4, 16, 4, 3], filters: 16, kernel: [3, 2], padding: [1, 0, 1, 1] },
  { x: [6, 16, 3, 3], filters: 16, kernel: 3 },
  // Enough channels for variants that compute several rows together.
  { x: [4, 32, 16, 16], filters: 48, kernel: 3 },
  { x: [4, 36, 15, 15], filters: 32, kernel: 3 },
  { x: [4, 32, 15, 15], filters: 64, kernel: 3, padding: [1, 1, 0, 0] },
  { x: [4, 64, 7, 7], filters: 32, kernel: 3 },
  { x: [4, 32, 7, 7], filters: 32, kernel: 3, padding: [1, 1, 0, 0] },
  { x: [4, 32, 3, 3], filters: 32, kernel: 3 },
  { x: [4, 32, 6, 9], filters: 32, kernel: [3, 2], padding: [0, 1, 0, 0] },
  { x: [4, 32, 10, 5], filters: 32, kernel: [3, 1], padding: [2, 0, 1, 0] },
  // Kernels that reach far into the padding.
  { x: [2, 32, 14, 14], filters: 16, kernel: 5 },
  { x: [2, 16, 7, 8], filters: 16, kernel: [1, 4], padding: [0, 2, 0, 1] },
  // Less padding below and to the right, as before a pool that does not reach it.
  { x: [4, 16, 15, 15], filters: 32, kernel: 3, padding: [1, 1, 0, 0] },
  { x: [4, 32, 7, 7], filters: 16, kernel: 3, padding: [1, 1, 0, 0] },
  { x: [2, 16, 9, 8], filters: 16, kernel: 3, padding: [0, 2, 1, 0] },
  { x: [2, 16, 6, 6], filters: 16, kernel: [2, 4], padding: [0, 0, 0, 0] },
];

function describeShape({ x, filters, kernel: size, stride = 1, padding: own }: Row, block: number): ConvolutionShape {
  const [images, channels, height, width] = x;
  const kernel = typeof size === "number" ? ([size, size] as const) : size;
  const padding = own ?? ([kernel[0] >> 1, kernel[1] >> 1, kernel[0] >> 1, kernel[1] >> 1] as const);
  const outHeight = Math.floor((height + padding[0] + padding[2] - kernel[0]) / stride) + 1;
  const outWidth = Math.floor((width + padding[1] + padding[3] - kernel[1]) / stride) + 1;
  return { images, channels, filters, height, width, kernel, stride, padding, outHeight, outWidth, block };
}

const nameOf = ({ x, filters, kernel, stride = 1, padding }: Row): string =>
  `[${x}] to ${filters}, kernel ${kernel}, stride ${stride}, padding ${padding ?? "half"}`;

const noise = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233) * 0.5);

/** Computes the result and both gradients, for output gradient `d`, with plain loops. */
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

describe.runIf(block !== null)("convolutions in blocks equal plain loops", () => {
  // Too few filters for a block are left to standard ops.
  const rows = SHAPES.filter(({ filters }) => block !== null && fillsBlocks(filters, block));
  test.each(rows.map((row) => [nameOf(row), row] as const))("%s", async (_, row) => {
    const shape = describeShape(row, block as number);
    const { images, channels, filters, height, width, outHeight, outWidth, kernel } = shape;
    const [inner, outer] = [
      [images, channels, height, width],
      [images, filters, outHeight, outWidth],
    ];
    const onnx = new OnnxBuilder();
    const b = new BlockedBuilder(onnx, shape.block);
    const weight = [filters, channels, ...kernel];
    const w = onnx.input("w", weight, "float32");
    const x = onnx.input("x", inner, "float32");
    const d = toBlocked(onnx, onnx.input("d", outer, "float32"));
    const inBlocks = isInBlocks(shape) ? toBlocked(onnx, x) : x;
    const outputs: { name: string; shape: readonly number[]; value: string }[] = [];
    for (const [name, variant] of convolutionOp.variants(shape).all) {
      const y = convolution(b, inBlocks, w, shape, variant);
      outputs.push({ name: `y ${name}`, shape: outer, value: toPlain(onnx, y, filters) });
    }
    expect(hasWeightGradient(shape)).toBe(true);
    for (const [name, variant] of weightGradientOp.variants(shape).all) {
      const dw = weightGradient(b, inBlocks, d, shape, variant);
      outputs.push({ name: `dw ${name}`, shape: weight, value: dw });
    }
    if (hasInputGradient(shape)) {
      const found =
        shape.stride === 1
          ? [...inputGradientOp.variants(shape).all].map(([name, variant]) => [
              name,
              inputGradient(b, d, w, shape, variant),
            ])
          : [["parities", joinParities(b, parityGradients(b, d, w, shape), shape)]];
      for (const [name, dx] of found as [string, string][]) {
        outputs.push({ name: `dx ${name}`, shape: inner, value: toPlain(onnx, dx, channels) });
      }
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
    expect(outputs.length).toBeGreaterThan(1);
    for (const { name } of outputs) {
      const [of] = name.split(" ") as [keyof typeof expected];
      const [ours, theirs] = [results[name]?.data as Float32Array, expected[of]];
      const largest = Math.max(...theirs.map(Math.abs));
      const worst = Math.max(...theirs.map((value, i) => Math.abs(value - (ours[i] as number))));
      expect(worst / largest, name).toBeLessThan(5e-5);
    }
    await session.release();
  });
});
