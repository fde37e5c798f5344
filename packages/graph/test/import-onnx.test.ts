import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { sgd } from "@downhill/optim";
import { randomAt, randomKey } from "@downhill/optim/random";
import {
  AttributeProtoSchema,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  type ValueInfoProto,
} from "onnx-buf";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import {
  compileEvaluation,
  compileTrainingStep,
  createNetwork,
  exportOnnx,
  GraphError,
  type ImportedModel,
  importOnnx,
  openOnnx,
  readOnnx,
  resnet,
  summary,
} from "../src/index.ts";

const FOLDER = fileURLToPath(new URL("./fixtures/onnx/", import.meta.url));
const FILES = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".onnx"))
  .sort();
const read = (name: string): Uint8Array => readFileSync(`${FOLDER}${name}`);

const BATCH = 3;
const numbers = (count: number, name: string): Float32Array => {
  const key = randomKey(3, 0, name);
  return Float32Array.from({ length: count }, (_, i) => randomAt(i, key, 0));
};
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Pixels from 0 to 255 as the training gets them, and as it normalizes them. */
function pixelsOf({ model, normalization }: ImportedModel): { bytes: Uint8Array; normalized: Float32Array } {
  const { mean, std } = normalization ?? { mean: [0.5, 0.4, 0.3], std: [0.25, 0.2, 0.3] };
  const [channels = 1, ...plane] = model.imageShape;
  const bytes = Uint8Array.from(numbers(BATCH * sizeOf(model.imageShape), "pixels"), (x) => 256 * x);
  const normalized = Float32Array.from(bytes, (byte, i) => {
    const channel = Math.floor(i / sizeOf(plane)) % channels;
    return (byte / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1);
  });
  return { bytes, normalized };
}

/** Results of ONNX Runtime for the file, one image at a time, as logits. */
async function expectedLogits(name: string, imported: ImportedModel): Promise<number[]> {
  // In training mode, the file normalizes by the batch; its weights are those of another file.
  const session = await InferenceSession.create(read(name.replace("-training", "")), { logSeverityLevel: 3 });
  const { bytes, normalized } = pixelsOf(imported);
  const [channels = 1, height = 1, width = 1] = imported.model.imageShape;
  const results: number[] = [];
  for (let image = 0; image < BATCH; image++) {
    const part = <T extends Uint8Array | Float32Array>(all: T): T =>
      all.slice((image * all.length) / BATCH, ((image + 1) * all.length) / BATCH) as T;
    let data: Uint8Array | Float32Array = imported.normalization ? part(bytes) : part(normalized);
    let dims = [1, channels, height, width];
    if (name === "tf2onnx.onnx") {
      const planes = data;
      data = Float32Array.from(
        planes,
        (_, i) => planes[(i % channels) * height * width + Math.floor(i / channels)] ?? 0,
      );
      dims = [1, height, width, channels];
    }
    const input = data instanceof Uint8Array && name === "opset-9.onnx" ? Float32Array.from(data) : data;
    const type = input instanceof Uint8Array ? "uint8" : "float32";
    const found = await session.run({ [session.inputNames[0] as string]: new Tensor(type, input, dims) });
    const [logits] = Object.values(found);
    results.push(...((logits as Tensor).data as Float32Array));
  }
  await session.release();
  return results;
}

const softmax = (row: readonly number[]): number[] => {
  const powers = row.map((x) => Math.exp(x - Math.max(...row)));
  return powers.map((x) => x / powers.reduce((a, b) => a + b, 0));
};

/** Rows of numbers, each centered or made probabilities, so that files with a final softmax compare. */
const rows = (all: readonly number[], classes: number, isSoftmax: boolean): number[] =>
  Array.from({ length: BATCH }, (_, i) => all.slice(i * classes, (i + 1) * classes)).flatMap((row) =>
    isSoftmax ? softmax(row) : row,
  );

test.each(FILES)("%s: computes what ONNX Runtime computes, trains, and is exported again", async (name) => {
  const imported = importOnnx(read(name));
  const { model } = imported;
  const network = createNetwork(model);
  const isSoftmax = imported.notes.some((note) => note.includes("Softmax"));
  const { bytes, normalized } = pixelsOf(imported);
  const evaluation = await compileEvaluation(network, { batchSize: BATCH, tune: false });
  const logits = [...(await evaluation.run(normalized))];
  const stored = await expectedLogits(name, imported);
  const logProbabilities = imported.notes.some((note) => note.includes("LogSoftmax"));
  const wanted = logProbabilities ? stored.map(Math.exp) : stored;
  const found = rows(logits, model.classes, isSoftmax);
  const largest = Math.max(...wanted.map(Math.abs));
  for (const [i, value] of wanted.entries())
    expect(Math.abs((found[i] ?? Number.NaN) - value)).toBeLessThan(1e-4 * largest);

  const labels = Int32Array.from({ length: BATCH }, (_, i) => i % model.classes);
  const step = await compileTrainingStep(network, { batchSize: BATCH, tune: false });
  const before = network.parameters.names.map((parameter) => network.parameters.value(parameter).slice());
  const updater = sgd({ lr: 0.01 }).bind(network.parameters);
  const losses: number[] = [];
  for (let i = 0; i < 6; i++) {
    losses.push((await step.run(normalized, labels, { step: i })).loss);
    updater.step();
  }
  await step.dispose();
  expect(losses.at(-1)).toBeLessThan(losses[0] as number);
  for (const [i, parameter] of network.parameters.names.entries()) {
    // The gradient of a bias before a batch norm is 0.
    const { shape = [] } = model.parameters[i] ?? {};
    if (shape.length > 1) expect(network.parameters.value(parameter), parameter).not.toEqual(before[i]);
  }

  const trained = await evaluation.run(normalized);
  await evaluation.dispose();
  const normalization = imported.normalization ?? { mean: [0.5, 0.4, 0.3], std: [0.25, 0.2, 0.3] };
  const file = await openOnnx(await exportOnnx(network, { normalization }), { batchSize: BATCH });
  const again = await file.run({ images: bytes });
  await file.dispose();
  for (const [i, value] of trained.entries()) expect(again.logits?.[i]).toBeCloseTo(value, 3);
});

test("layers and parameters have the names of the file", () => {
  const namesOf = (name: string): string[] => importOnnx(read(name)).model.parameters.map((one) => one.name);
  expect(namesOf("pytorch-1-resnet.onnx").slice(0, 6)).toEqual([
    ...["conv1.weight", "bn1.weight", "bn1.bias", "layer1.0.conv1.weight", "layer1.0.bn1.weight", "layer1.0.bn1.bias"],
  ]);
  // The exporter numbers weights that it folded, and stores equal weights once.
  expect(namesOf("pytorch-1-mobilenet.onnx").slice(0, 3)).toEqual(["stem.weight", "stem.bias", "expand.weight"]);
  expect(namesOf("pytorch-1-vit.onnx")).toEqual([
    ...[
      "patches.weight",
      "patches.bias",
      "cls_token",
      "pos_embed",
      "norm1.weight",
      "norm1.bias",
      "qkv.weight",
      "qkv.bias",
    ],
    ...["proj.weight", "proj.bias", "norm.weight", "norm.bias", "head.weight", "head.bias"],
  ]);
  expect(namesOf("tf2onnx.onnx")).toEqual([
    ...["model.conv1.weight", "model.conv1.bias", "model.bn1.gamma", "model.bn1.beta", "model.depthwise.weight"],
    ...["model.dense.weight", "model.dense.bias"],
  ]);
  const { parameters, buffers, outputs, imageShape } = importOnnx(read("pytorch-2-resnet.onnx")).model;
  expect(parameters.map(({ role }) => role)).toEqual(expect.arrayContaining(["input", "hidden", "head", "bias"]));
  expect([buffers, outputs, imageShape]).toEqual([[], { output: [5] }, [3, 16, 16]]);
  const layers = summary(importOnnx(read("pytorch-1-densenet.onnx")).model).rows.map(
    ({ name, kind }) => `${name} ${kind}`,
  );
  expect(layers.slice(0, 3)).toEqual(["conv0 conv2d", "norms.0 batchNorm", "convs.0 conv2d"]);
});

test("the normalization of a file becomes that of the training", () => {
  const of = (name: string) => importOnnx(read(name)).normalization;
  expect(of("tf2onnx.onnx")).toEqual({ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
  expect(of("opset-9.onnx")).toEqual({ mean: [0.485, 0.456], std: [0.229, 0.224] });
  expect(of("opset-17.onnx")).toEqual({ mean: [0.5, 0.25, 0.75], std: [0.25, 0.5, 0.125] });
  expect(of("pytorch-1-resnet.onnx")).toBeNull();
});

test("a file of exportOnnx is read back", async () => {
  const network = createNetwork(resnet([3, 8, 8], 3, { depth: 8, width: 4 }), { seed: 2 });
  const normalization = { mean: [0.49, 0.48, 0.45], std: [0.25, 0.24, 0.26] };
  const classNames = ["cat", "dog", "fox"];
  const imported = importOnnx(await exportOnnx(network, { normalization, classNames }));
  expect(imported).toMatchObject({ normalization, classNames, newParameters: [], notes: [] });
  expect(imported.model).toMatchObject({ name: "resnet8", classes: 3, imageShape: [3, 8, 8] });
  const again = createNetwork(imported.model);
  expect(again.parameters.names).toContain("layer2.0.downsample.0.weight");
  const images = numbers(2 * 192, "own");
  const logits = await Promise.all(
    [network, again].map(async (one) => {
      const evaluation = await compileEvaluation(one, { batchSize: 2, tune: false });
      const found = await evaluation.run(images);
      await evaluation.dispose();
      return found;
    }),
  );
  for (const [i, value] of (logits[0] as Float32Array).entries()) expect(logits[1]?.[i]).toBeCloseTo(value, 5);
});

test.each([
  ["pytorch-1-mobilenet.onnx", ["classifier.3.weight", "classifier.3.bias"], [7, 8]],
  ["pytorch-1-squeezenet.onnx", ["classifier.1.weight", "classifier.1.bias"], [7, 8, 1, 1]],
  ["pytorch-1-vit.onnx", ["head.weight", "head.bias"], [7, 8]],
  ["tf2onnx.onnx", ["model.dense.weight", "model.dense.bias"], [7, 6]],
  ["opset-9.onnx", ["gemm.y.weight", "gemm.y.bias"], [7, 5]],
])("%s: a new head for other classes", async (name, head, shape) => {
  const imported = importOnnx(read(name), { classes: 7 });
  const { model } = imported;
  const own = model.initialize(1);
  const file = importOnnx(read(name)).model.initialize(2);
  expect([model.classes, imported.newParameters, imported.classNames]).toEqual([7, head, null]);
  expect(imported.notes.at(-1)).toMatch(/The last layer, of [45] classes, is replaced by a new one of 7\./);
  expect(model.parameters.find((one) => one.name === head[0])).toMatchObject({ shape, role: "head" });
  for (const { name: parameter } of [...model.parameters, ...model.buffers]) {
    if (!head.includes(parameter)) expect(own[parameter], parameter).toEqual(file[parameter]);
  }
  expect(own[head[0] as string]).not.toEqual(model.initialize(3)[head[0] as string]);
  const evaluation = await compileEvaluation(createNetwork(model), { batchSize: 2, tune: false });
  expect(await evaluation.run(new Float32Array(2 * sizeOf(model.imageShape)))).toHaveLength(14);
  await evaluation.dispose();
});

test("images of another size go through global pools", () => {
  const { model, notes } = importOnnx(read("pytorch-1-resnet.onnx"), { imageShape: [3, 24, 40] });
  expect([model.imageShape, model.outputs.output, notes]).toEqual([
    [3, 24, 40],
    [5],
    ["The images have 24 x 40 pixels."],
  ]);
  const open = edited("pytorch-1-resnet.onnx", ({ graph }) => {
    const type = graph.input[0]?.type?.value;
    if (type?.case === "tensorType")
      for (const dim of type.value.shape?.dim.slice(2) ?? []) dim.value = { case: "dimParam", value: "size" };
  });
  expect(importOnnx(open).model.imageShape).toEqual([3, 224, 224]);
  expect(() => importOnnx(read("pytorch-1-vgg.onnx"), { imageShape: [3, 24, 24] })).toThrow(
    "importOnnx: node '/classifier/classifier.0/Gemm' (Gemm): dense: x [2, 576], weight [8, 256], bias [8].",
  );
  expect(() => importOnnx(read("pytorch-1-resnet.onnx"), { imageShape: [4, 16, 16] })).toThrow(
    "importOnnx: images of 4 channels. Expected 3, as the file takes, or 1.",
  );
});

test("gray images go through a network for colors", async () => {
  const file = read("pytorch-1-resnet.onnx");
  const gray = importOnnx(file, { imageShape: [1, 16, 16] }).model;
  const plane = numbers(256, "gray");
  const images = [plane, Float32Array.from([...plane, ...plane, ...plane])];
  const logits = await Promise.all(
    [gray, importOnnx(file).model].map(async (model, i) => {
      const evaluation = await compileEvaluation(createNetwork(model), { batchSize: 1, tune: false });
      const found = await evaluation.run(images[i] as Float32Array);
      await evaluation.dispose();
      return found;
    }),
  );
  for (const [i, value] of (logits[0] as Float32Array).entries()) expect(logits[1]?.[i]).toBeCloseTo(value, 5);
});

test("weights in another file beside the model are read with it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "import-onnx-"));
  const path = join(folder, "model.onnx");
  const parts: Uint8Array[] = [];
  let length = 0;
  const outside = edited("pytorch-2-resnet.onnx", ({ graph }) => {
    for (const tensor of graph.initializer) {
      const entries = { location: "weights.bin", offset: `${length}`, length: `${tensor.rawData.length}` };
      parts.push(tensor.rawData);
      length += tensor.rawData.length;
      tensor.externalData = Object.entries(entries).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value }),
      );
      tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
      tensor.rawData = new Uint8Array(0);
    }
  });
  await writeFile(path, outside);
  await expect(readOnnx(path)).rejects.toThrow(
    `${path}: weights lie in the file 'weights.bin', which is not beside the model. Put both files into one folder.`,
  );
  await writeFile(join(folder, "weights.bin"), Buffer.concat(parts).subarray(0, 100));
  await expect(readOnnx(path)).rejects.toThrow("of 'weights.bin', which has 100. One of the two files is damaged");
  await writeFile(join(folder, "weights.bin"), Buffer.concat(parts));
  const { model } = importOnnx(await readOnnx(path));
  expect(model.initialize(0)).toEqual(importOnnx(read("pytorch-2-resnet.onnx")).model.initialize(0));
  expect(() => importOnnx(outside, { place: "model.onnx" })).toThrow(
    "model.onnx: the tensor 'fc.weight' lies in another file, 'weights.bin'. Read the model with readOnnx(path)",
  );
  await rm(folder, { recursive: true });
});

/** Changes a file. */
function edited(name: string, change: (model: ModelProto & { graph: GraphProto }) => void): Uint8Array {
  const model = fromBinary(ModelProtoSchema, new Uint8Array(read(name)));
  change(model as ModelProto & { graph: GraphProto });
  return toBinary(ModelProtoSchema, model);
}

/** Changes the first node of a type. */
const withNode = (name: string, type: string, change: (node: NodeProto) => void): Uint8Array =>
  edited(name, ({ graph }) => change(graph.node.find(({ opType }) => opType === type) as NodeProto));

const RESNET = "pytorch-1-resnet.onnx";
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

test.each<readonly [what: string, bytes: Uint8Array, message: string]>([
  [
    "text",
    text("this is no ONNX file"),
    "the 20 bytes are not an ONNX model, or only a part of one. Expected an ONNX file",
  ],
  ["nothing", new Uint8Array(0), "the 0 bytes are not an ONNX model."],
  ["half a file", read(RESNET).subarray(0, 5000), "are not an ONNX model, or only a part of one."],
  [
    "an unknown op",
    withNode(RESNET, "MaxPool", (node) => Object.assign(node, { opType: "RoiAlign" })),
    "node '/maxpool/MaxPool' (RoiAlign): this op is not supported. Export the model with other layers",
  ],
  [
    "control flow",
    withNode(RESNET, "MaxPool", (node) => Object.assign(node, { opType: "Loop" })),
    "node '/maxpool/MaxPool' (Loop): control flow cannot be trained. Export the model by tracing",
  ],
  [
    "a quantized model",
    withNode(RESNET, "Conv", (node) => Object.assign(node, { opType: "QLinearConv" })),
    "node '/conv1/Conv' (QLinearConv): the model is quantized. Use the file before quantization, in float32.",
  ],
  [
    "an op of a runtime",
    withNode(RESNET, "Conv", (node) => Object.assign(node, { opType: "FusedConv", domain: "com.microsoft" })),
    "node '/conv1/Conv' (com.microsoft::FusedConv): the op is not of the ONNX standard.",
  ],
  [
    "an old opset",
    edited(RESNET, (model) => Object.assign(model.opsetImport[0] as object, { version: 6n })),
    "the model is of opset 6. Expected 7 or later. Export it again with a newer opset.",
  ],
  [
    "NaN in a weight",
    edited(RESNET, ({ graph }) => {
      const { rawData } = graph.initializer.find(({ name }) => name === "fc.bias") as TensorProto;
      rawData.set([0, 0, 192, 127]);
    }),
    "importOnnx: node '/fc/Gemm' (Gemm): the weight 'fc.bias' has numbers that are not finite. Export a model that has converged.",
  ],
  [
    "weights of whole numbers",
    edited(RESNET, ({ graph }) => {
      const tensor = graph.initializer.find(({ name }) => name === "fc.bias") as TensorProto;
      Object.assign(tensor, { dataType: 7, rawData: new Uint8Array(40) });
    }),
    "node '/fc/Gemm' (Gemm): 'fc.bias' has whole numbers. Expected float weights.",
  ],
  [
    "an element type without numbers",
    edited(RESNET, ({ graph }) => Object.assign(graph.initializer[0] as object, { dataType: 22 })),
    "has elements of the ONNX type 22. Expected numbers of 8 bits or more.",
  ],
  [
    "several outputs",
    edited(RESNET, ({ graph }) => graph.output.push({ ...(graph.output[0] as ValueInfoProto), name: "auxiliary" })),
    "the outputs are 'output' [?, 5], 'auxiliary' [?, 5]. Expected one of [batch, classes]. Export the model for inference",
  ],
  [
    "no row per image",
    edited(RESNET, ({ graph }) =>
      Object.assign(graph, { output: [{ ...graph.output[0], name: "/conv1/Conv_output_0" }] }),
    ),
    "the output '/conv1/Conv_output_0' is float32 [2, 4, 8, 8]. Expected float32 [2, classes].",
  ],
  [
    "a missing value",
    withNode(RESNET, "MaxPool", (node) => Object.assign(node, { input: ["lost"] })),
    "node '/maxpool/MaxPool' (MaxPool): no earlier node computes its input 'lost'. The file is damaged.",
  ],
  [
    "the statistics of each pixel",
    withNode("pytorch-1-densenet-fixed.onnx", "BatchNormalization", (node) =>
      node.attribute.push(create(AttributeProtoSchema, { name: "spatial", type: 2, i: 0n })),
    ),
    "spatial = 0, with statistics of each pixel. Export the model again with opset 9 or later.",
  ],
  [
    "one batch size only",
    read("fixed-batch/pytorch-1-transformer-fixed.onnx"),
    "node '/attention/Reshape' (Reshape): [16, 1, 8] to [16, 2, 4] is written for one batch size only. Export the model with a batch axis of any size",
  ],
])("%s is rejected", (_, bytes, message) => {
  expect(() => importOnnx(bytes)).toThrow(GraphError);
  expect(() => importOnnx(bytes)).toThrow(message);
});

test("a damaged file is rejected or read, without other errors", () => {
  const key = randomKey(5, 0, "damage");
  const files = ["opset-9.onnx", "opset-17.onnx", "tf2onnx.onnx", "pytorch-1-vit.onnx"].map(read);
  let rejected = 0;
  for (let i = 0; i < 400; i++) {
    const bytes = new Uint8Array(files[i % files.length] as Uint8Array);
    for (let n = 0; n < 2; n++) {
      const place = Math.floor(randomAt(2 * n, key, i) * bytes.length);
      bytes[place] = (bytes[place] as number) ^ (1 << Math.floor(8 * randomAt(2 * n + 1, key, i)));
    }
    const cut = i % 5 === 0 ? bytes.subarray(0, Math.floor(randomAt(9, key, i) * bytes.length)) : bytes;
    try {
      importOnnx(cut);
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      rejected++;
    }
  }
  expect(rejected).toBeGreaterThan(100);
});
