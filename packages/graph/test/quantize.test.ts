import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { randomAt, randomKey } from "@downhill/optim/random";
import { ModelProtoSchema } from "onnx-buf";
import { InferenceSession } from "onnxruntime-node";
import { afterAll, expect, test } from "vitest";
import { bestRange } from "../src/export/quantize/calibrate.ts";
import { toFloat16 } from "../src/export/quantize/float16.ts";
import {
  convnext,
  createNetwork,
  exportOnnx,
  halveOnnx,
  type ImageShape,
  lenet,
  type Model,
  openOnnx,
  quantizeOnnx,
  resnet,
} from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "downhill-quantize-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const IMAGE: ImageShape = [3, 16, 16];
const COUNT = 16;
const key = randomKey(1, 0, "quantize");
const images = Uint8Array.from({ length: COUNT * 3 * 16 * 16 }, (_, i) => Math.floor(256 * randomAt(i >> 2, key, 0)));

async function logitsOf(bytes: Uint8Array): Promise<Float32Array> {
  const file = await openOnnx(bytes, { batchSize: COUNT });
  const { logits } = await file.run({ images });
  await file.dispose();
  return logits as Float32Array;
}

/** Returns the names of the ops after ONNX Runtime has merged the pairs of QuantizeLinear and DequantizeLinear. */
async function opsInRuntime(bytes: Uint8Array): Promise<string[]> {
  const path = join(folder, "merged.onnx");
  const options = { optimizedModelFilePath: path, graphOptimizationLevel: "extended", logSeverityLevel: 4 } as const;
  await (await InferenceSession.create(bytes, options)).release();
  return fromBinary(ModelProtoSchema, readFileSync(path)).graph?.node.map(({ opType }) => opType) ?? [];
}

/** Largest difference of logits, relative to the largest logit. */
function differenceOf(found: Float32Array, expected: Float32Array): number {
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(value - (found[i] as number)))) / largest;
}

test.each<[string, Model, readonly string[]]>([
  ["lenet", lenet(IMAGE, 4, { channels: [4, 6], hidden: 16 }), ["Conv", "Relu", "Gemm"]],
  ["resnet8", resnet(IMAGE, 4, { depth: 8, width: 4 }), ["Conv", "Relu", "Gemm"]],
  ["convnext", convnext(IMAGE, 4, {}), ["Conv", "Gemm"]],
])(
  "%s computes its layers with whole numbers, close to float32, in about a quarter of the bytes",
  async (_, model, absent) => {
    const network = createNetwork(model, { seed: 2 });
    const full = await exportOnnx(network, { normalization: { mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.2] } });
    const small = await quantizeOnnx(full, IMAGE, () => [
      images.subarray(0, images.length / 2),
      images.subarray(images.length / 2),
    ]);
    const [expected, found] = [await logitsOf(full), await logitsOf(small)];
    expect(differenceOf(found, expected)).toBeLessThan(0.1);
    const ops = await opsInRuntime(small);
    expect(ops.filter((op) => absent.includes(op))).toEqual([]);
    expect(ops).toContain("QLinearConv");
    const half = halveOnnx(full);
    expect(differenceOf(await logitsOf(half), expected)).toBeLessThan(0.002);
    expect(half.length).toBeLessThan(full.length);
  },
);

test("float16 numbers are the nearest ones, ties to even", () => {
  const cases: readonly (readonly [number, number])[] = [
    ...([
      [0, 0],
      [-0, 0x8000],
      [1, 0x3c00],
      [-2, 0xc000],
      [65504, 0x7bff],
      [65519, 0x7bff],
      [65520, 0x7c00],
    ] as const),
    ...([
      [1e9, 0x7c00],
      [Number.NEGATIVE_INFINITY, 0xfc00],
      [Number.NaN, 0x7e00],
    ] as const),
    ...([
      [1 + 2 ** -11, 0x3c00],
      [1 + 3 * 2 ** -11, 0x3c02],
      [1 / 3, 0x3555],
    ] as const),
    ...([
      [2 ** -14, 0x0400],
      [2 ** -24, 0x0001],
      [2 ** -25, 0],
      [1.5 * 2 ** -25, 1],
      [3 * 2 ** -25, 2],
      [1e-10, 0],
    ] as const),
  ];
  const found = toFloat16(Float32Array.from(cases, ([number]) => number));
  expect([...found]).toEqual(cases.map(([, bits]) => bits));
});

test("a range loses far outliers and keeps a plain distribution", () => {
  const histogram = new Float64Array(2048).fill(10);
  expect(bestRange({ lowest: -1, highest: 3 }, histogram).highest).toBeGreaterThan(2.9);
  // All but one of a million numbers lie in the lowest quarter.
  const tailed = new Float64Array(2048).fill(2000, 0, 512);
  tailed[2047] = 1;
  expect(bestRange({ lowest: 0, highest: 4 }, tailed).highest).toBeLessThan(3);
});
