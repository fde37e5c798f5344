import { describe, expect, test } from "vitest";
import { compileEvaluation, createNetwork, exportOnnx, GraphError, lenet, openOnnx } from "../src/index.ts";
import { OnnxBuilder } from "../src/onnx/builder.ts";

const network = createNetwork(lenet([1, 8, 8], 3), { seed: 1 });
const normalization = { mean: [0.3], std: [0.2] };
const bytes = await exportOnnx(network, { normalization, classNames: ["a", "b", "c"] });
const images = Uint8Array.from({ length: 2 * 64 }, (_, i) => (i * 73) % 256);

test.each(["cpu", "wasm"] as const)("%s: an exported file computes what its network does", async (device) => {
  const evaluation = await compileEvaluation(network, { batchSize: 2, normalization });
  const expected = await evaluation.run(images);
  const file = await openOnnx(bytes, { batchSize: 2, device });
  expect(file.inputs).toEqual([{ name: "images", shape: [2, 1, 8, 8], dtype: "uint8" }]);
  expect(file.outputs.map(({ name, shape }) => [name, shape])).toEqual([
    ["logits", [2, 3]],
    ["probabilities", [2, 3]],
  ]);
  expect(file.metadata).toEqual({ model: "lenet", classes: '["a","b","c"]' });
  expect([file.device, file.deviceReason]).toEqual([device, `${device}: requested`]);
  const { logits, probabilities } = await file.run({ images });
  for (const [i, logit] of expected.entries()) expect(logits?.[i]).toBeCloseTo(logit, 4);
  expect([0, 1, 2].reduce((sum, i) => sum + (probabilities?.[i] as number), 0)).toBeCloseTo(1, 5);
  await expect(file.run({ images: images.subarray(1) })).rejects.toThrow(
    "run: the input 'images' is Uint8Array of length 127. Expected Uint8Array of length 128, for uint8 [2, 1, 8, 8].",
  );
  await file.dispose();
  await file.dispose();
  await expect(file.run({ images })).rejects.toThrow("run: the file is disposed");
});

/** Builds a file with one node. */
function file(type: string, dtype: "float32" | "int64"): Uint8Array {
  const builder = new OnnxBuilder();
  const info = { name: "x", shape: [3], dtype: dtype as "float32" };
  const value = builder.node(type, [builder.input(info.name, info.shape, info.dtype)]);
  return builder.encode([{ ...info, name: "y", value }]);
}

describe("a file that cannot run is rejected", () => {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  const rows: readonly (readonly [what: string, bytes: Uint8Array, message: string])[] = [
    [
      "text",
      text("this is no ONNX file"),
      "openOnnx: the 20 bytes are not an ONNX model, or only a part of one. Expected a file",
    ],
    ["JSON", text('{ "model": [1, 2, 3] }'), "openOnnx: the 22 bytes are not an ONNX model"],
    [
      "a picture",
      Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13),
      "openOnnx: the 12 bytes are not an ONNX model",
    ],
    [
      "nothing",
      new Uint8Array(0),
      "openOnnx: the 0 bytes are not an ONNX model. Expected a file such as exportOnnx writes.",
    ],
    ["half a file", bytes.subarray(0, bytes.length / 2), "bytes are not an ONNX model, or only a part of one"],
    [
      "a name instead of bytes",
      "model.onnx" as never,
      "openOnnx: the file is string. Expected a Uint8Array, such as readFile returns.",
    ],
    ["an unknown op", file("Nope", "float32"), "openOnnx: ONNX Runtime cannot run the model: "],
    [
      "an unsupported element type",
      file("Neg", "int64"),
      "openOnnx: 'x' has the ONNX type 7. Expected a tensor of float32",
    ],
  ];
  test.each(rows)("%s", async (_, content, message) => {
    const error = await openOnnx(content).then(
      () => null,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(GraphError);
    expect(error.message).toContain(message);
  });

  test("an invalid batch size is rejected", async () => {
    await expect(openOnnx(bytes, { batchSize: 0 })).rejects.toThrow("openOnnx: batchSize = 0. Expected a whole number");
  });
});
