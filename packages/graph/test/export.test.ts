import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { sgd } from "@downhill/optim";
import { randomAt, randomKey } from "@downhill/optim/random";
import { type ModelProto, ModelProtoSchema } from "onnx-buf";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { verify } from "../src/export/verify.ts";
import {
  airbench,
  compile,
  compileTrainingStep,
  createNetwork,
  defineModel,
  type ExportOptions,
  exportOnnx,
  type Tensor as GraphTensor,
  type ImageShape,
  input,
  layers,
  lenet,
  type Model,
  type ModelGraph,
  type Network,
  ops,
  resnet,
  writeOnnx,
} from "../src/index.ts";

const IMAGE: ImageShape = [3, 12, 12];
const NORMALIZATION = { mean: [0.49, 0.48, 0.45], std: [0.25, 0.24, 0.26] };
const CLASSES = ["cat", "dog", "bird", "fish"];

const uniform = (count: number, name: string): Float32Array => {
  const key = randomKey(7, 0, name);
  return Float32Array.from({ length: count }, (_, i) => randomAt(i, key, 0));
};

/** Network after two steps, so that running statistics and biases differ from their initial values. */
async function trained(model: Model): Promise<Network> {
  const network = createNetwork(model, { seed: 3 });
  const updater = sgd({ lr: 0.1 }).bind(network.parameters);
  const step = await compileTrainingStep(network, { batchSize: 8 });
  for (const i of [0, 1]) {
    const images = uniform(8 * 3 * 12 * 12, `train ${i}`).map((x) => 4 * x - 1);
    await step.run(
      images,
      Int32Array.from({ length: 8 }, (_, n) => n % model.classes),
    );
    updater.step();
  }
  await step.dispose();
  return network;
}

/** Model whose batch norms cannot be folded: one on the images, and one after a convolution with another use. */
const preactivation = (): Model =>
  defineModel("preactivation", IMAGE, 4, (scope, images) => {
    const x = layers.conv2d(scope, "conv", layers.batchNorm(scope, "first", images), 5, { kernel: 3 });
    const y = ops.add(x, ops.relu(layers.batchNorm(scope, "inner", x)));
    const hidden = layers.batchNorm(scope, "hidden.norm", layers.dense(scope, "hidden", ops.flatten(y), 6));
    return layers.dense(scope, "fc", ops.gelu(hidden), 4);
  });

/** Model with one convolution in two places, each with a batch norm, and a grouped convolution with a bias. */
const shared = (): Model =>
  defineModel("shared", IMAGE, 4, (scope, images) => {
    const options = { kernel: 3, padding: 1 };
    const once = (x: GraphTensor, norm: string): GraphTensor =>
      ops.relu(layers.batchNorm(scope, norm, layers.conv2d(scope, "conv", x, 3, { ...options, bias: false })));
    const x = once(once(images, "norm1"), "norm2");
    const y = layers.batchNorm(scope, "norm3", layers.conv2d(scope, "depthwise", x, 6, { ...options, groups: 3 }));
    return layers.dense(scope, "fc", ops.globalAveragePool(y), 4);
  });

const MODELS: Readonly<Record<string, () => Model>> = {
  lenet: () => lenet(IMAGE, 4, { channels: [4, 6], hidden: 16 }),
  resnet8: () => resnet(IMAGE, 4, { depth: 8, width: 4 }),
  airbench: () => airbench(IMAGE, 4, { widths: [4, 6], depth: 3 }),
  preactivation,
  shared,
};

/** Logits that the network's graph computes from normalized images. */
async function resultsOf({ model, parameters, buffers }: Network, images: Float32Array, batch: number) {
  const { logits } = model.apply(input("images", [batch, ...model.imageShape]));
  const program = await compile({ logits, probabilities: ops.softmax(logits) });
  const weights = Object.fromEntries(model.parameters.map(({ name }) => [name, parameters.value(name)]));
  const used = program.inputs.map(({ name }) => name);
  const feeds = Object.entries({ ...weights, ...buffers, images }).filter(([name]) => used.includes(name));
  const results = await program.run(Object.fromEntries(feeds));
  await program.dispose();
  return results;
}

const decode = (bytes: Uint8Array): ModelProto => fromBinary(ModelProtoSchema, bytes);

const opsOf = (bytes: Uint8Array): string[] => decode(bytes).graph?.node.map(({ opType }) => opType) ?? [];

const count = (all: readonly string[], op: string): number => all.filter((one) => one === op).length;

function expectClose(found: Float32Array, expected: Float32Array, name: string): void {
  const largest = Math.max(...expected.map(Math.abs));
  expect(found.length, name).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((found[i] as number) - value), `${name} ${i}`).toBeLessThanOrEqual(1e-5 * largest);
  }
}

describe.each(Object.keys(MODELS))("%s", (name) => {
  const network = trained((MODELS[name] as () => Model)());

  test.each(["uint8", "float32"] as const)("computes the network's results for any batch size: %s", async (type) => {
    const { mean, std } = NORMALIZATION;
    const options = type === "uint8" ? { normalization: NORMALIZATION } : { input: type };
    const session = await InferenceSession.create(await exportOnnx(await network, options));
    for (const batch of [1, 5]) {
      const shape = [batch, ...IMAGE];
      const bytes = Uint8Array.from(uniform(batch * 3 * 144, `images ${batch}`), (x) => 256 * x);
      const floats = Float32Array.from(bytes, (byte, i) => {
        const channel = Math.floor(i / 144) % 3;
        return (byte / 255 - (mean[channel] as number)) / (std[channel] as number);
      });
      const images = type === "uint8" ? new Tensor("uint8", bytes, shape) : new Tensor("float32", floats, shape);
      const found = await session.run({ images });
      const expected = await resultsOf(await network, floats, batch);
      expect(Object.keys(found).sort()).toEqual(["logits", "probabilities"]);
      for (const output of ["logits", "probabilities"] as const) {
        expect(found[output]?.dims).toEqual([batch, 4]);
        expectClose(found[output]?.data as Float32Array, expected[output], `${output} of ${batch}`);
      }
    }
    await session.release();
  });
});

test("batch norm is folded into the convolutions, without remaining ops or numbers", async () => {
  const network = await trained((MODELS.resnet8 as () => Model)());
  const bytes = await exportOnnx(network, { input: "float32", probabilities: false });
  const nodes = opsOf(bytes);
  expect([...new Set(nodes)].sort()).toEqual(["Add", "Conv", "Gemm", "ReduceMean", "Relu"]);
  // The first convolution, two convolutions in each of three blocks, and two shortcuts; one addition per block.
  expect([count(nodes, "Conv"), count(nodes, "Add"), count(nodes, "Relu")]).toEqual([9, 3, 7]);
  const initializers = decode(bytes).graph?.initializer.map(({ name }) => name) ?? [];
  const names = initializers.filter((name) => !name.startsWith("#"));
  const layersOf = ["conv1", "fc", "layer1.0.conv1", "layer1.0.conv2", "layer2.0.conv1", "layer2.0.conv2"];
  layersOf.push("layer2.0.downsample.0", "layer3.0.conv1", "layer3.0.conv2", "layer3.0.downsample.0");
  expect(names.sort()).toEqual(layersOf.flatMap((layer) => [`${layer}.bias`, `${layer}.weight`]));
});

test("batch norm after a layer with other uses remains one scale and shift", async () => {
  const bytes = await exportOnnx(await trained(preactivation()), { input: "float32" });
  expect(count(opsOf(bytes), "BatchNormalization")).toBe(2);
  expect(opsOf(bytes)).not.toContain("Sqrt");
});

test("the name of a weight is unique", async () => {
  const bytes = await exportOnnx(await trained(shared()), { input: "float32" });
  expect(opsOf(bytes)).not.toContain("BatchNormalization");
  const names = decode(bytes).graph?.initializer.map(({ name }) => name) ?? [];
  expect(new Set(names).size).toBe(names.length);
  expect(names).not.toContain("conv.weight");
  expect(names).toEqual(expect.arrayContaining(["depthwise.weight", "depthwise.bias"]));
});

test("a convolution without batch norm keeps the network's numbers", async () => {
  const network = createNetwork((MODELS.lenet as () => Model)());
  const { graph } = decode(await exportOnnx(network));
  const stored = new Map(graph?.initializer.map(({ name, rawData }) => [name, rawData.slice().buffer]));
  for (const { name } of network.model.parameters) {
    expect(new Float32Array(stored.get(name) as ArrayBuffer), name).toEqual(
      Float32Array.from(network.parameters.value(name)),
    );
  }
});

test("the file has metadata, names and axes", async () => {
  const network = createNetwork((MODELS.lenet as () => Model)());
  const model = decode(await exportOnnx(network, { classNames: CLASSES }));
  const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
  expect({ ...metadata, classes: JSON.parse(metadata.classes as string) }).toEqual({
    model: "lenet",
    classes: CLASSES,
  });
  expect(model.producerName).toBe("downhill");
  expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([["", 18n]]);
  expect(model.graph?.name).toBe("lenet");
  const sizes = (info: "input" | "output") =>
    model.graph?.[info].map(({ name, type }) => [
      name,
      ...(type?.value.case === "tensorType" ? (type.value.value.shape?.dim ?? []) : []).map(({ value }) => value.value),
    ]);
  expect(sizes("input")).toEqual([["images", "batch", 3n, 12n, 12n]]);
  expect(sizes("output")).toEqual([
    ["logits", "batch", 4n],
    ["probabilities", "batch", 4n],
  ]);
});

test("a file is written atomically and leaves no temporary file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "downhill-export-"));
  try {
    const network = createNetwork((MODELS.lenet as () => Model)());
    const path = join(folder, "model.onnx");
    await writeFile(path, "before");
    await writeOnnx(path, network);
    expect(await readdir(folder)).toEqual(["model.onnx"]);
    expect(new Uint8Array(await readFile(path))).toEqual(await exportOnnx(network));

    // A folder of this name makes the renaming fail.
    await expect(writeOnnx(folder, network)).rejects.toThrow();
    expect(await readdir(tmpdir())).not.toContainEqual(expect.stringContaining(`${folder.split("/").at(-1)}.`));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("changes of the network during an export do not affect the file", async () => {
  const network = createNetwork((MODELS.lenet as () => Model)());
  const before = await exportOnnx(network);
  const made = exportOnnx(network);
  for (const { name } of network.model.parameters) network.parameters.value(name).fill(1);
  expect(await made).toEqual(before);
});

describe("errors", () => {
  const network = createNetwork((MODELS.lenet as () => Model)());
  test.each<readonly [string, ExportOptions, RegExp]>([
    ["class names", { classNames: ["cat", "dog"] }, /2 class names for lenet. Expected 4, one per class/],
    ["mean", { normalization: { mean: [0.5], std: [1, 1, 1] } }, /mean = \[0.5\].*Expected 3 numbers, one per channel/],
    ["std", { normalization: { mean: [0, 0, 0], std: [1, 0, 1] } }, /std = \[1, 0, 1\].*Expected 3 numbers above 0/],
    ["float32", { input: "float32", normalization: NORMALIZATION }, /already normalized/],
    ["input", { input: "int32" as "uint8" }, /input = 'int32'. Expected 'uint8' or 'float32'/],
  ])("%s", async (_, options, message) => {
    await expect(exportOnnx(network, options)).rejects.toThrow(message);
  });

  test("a file whose results differ from the network", async () => {
    const bytes = await exportOnnx(network, { input: "float32" });
    const values = Object.fromEntries(
      network.model.parameters.map(({ name }) => [name, Float32Array.from(network.parameters.value(name))]),
    );
    const pixels = { type: "float32", mean: [0, 0, 0], std: [1, 1, 1] } as const;
    const outputsOf = ({ logits }: ModelGraph) => ({ logits });
    await expect(verify(bytes, network.model, values, pixels, outputsOf)).resolves.toBeUndefined();
    const bias = values["classifier.bias"] as Float32Array;
    bias[1] = (bias[1] as number) + 0.01;
    await expect(verify(bytes, network.model, values, pixels, outputsOf)).rejects.toThrow(
      /logits of the file differ from those of lenet by .* Expected at most 0.0001/,
    );
  });

  test("a network whose training has diverged", async () => {
    const diverged = createNetwork((MODELS.lenet as () => Model)());
    diverged.parameters.value("classifier.bias")[2] = Number.NaN;
    await expect(exportOnnx(diverged)).rejects.toThrow(/logits of NaN.*diverged/);
  });

  test("a model whose graph depends on the batch size", async () => {
    const model = defineModel("stretched", IMAGE, 4, (scope, images) => {
      const logits = layers.dense(scope, "fc", ops.flatten(images), 4);
      const offset = scope.parameter("offset", [4], (shape) => new Float32Array(shape[0] as number));
      return ops.add(logits, ops.relu(ops.expand(offset, logits.shape)));
    });
    await expect(exportOnnx(createNetwork(model))).rejects.toThrow(/stretched can only be written for one batch size/);
  });

  test("a model with another input", async () => {
    const model = defineModel("noisy", IMAGE, 4, (scope, images) =>
      ops.mul(layers.dense(scope, "fc", ops.flatten(images), 4), input("temperature", [])),
    );
    await expect(exportOnnx(createNetwork(model))).rejects.toThrow(/an input 'temperature'. Expected only images/);
  });
});
