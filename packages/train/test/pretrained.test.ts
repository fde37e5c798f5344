import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNetwork, type ImageShape, lenet, type Model, models } from "@downhill/graph";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { saveWeights } from "../src/checkpoints/load-weights.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../src/checkpoints/safetensors.ts";
import { shapesOf } from "../src/checkpoints/weights-file.ts";
import { resolveConfig } from "../src/config/resolve.ts";
import type { GivenConfig } from "../src/config/schema.ts";
import { openRun } from "../src/inference/open-run.ts";
import { headOf } from "../src/pretrained/head.ts";
import { loadPretrained } from "../src/pretrained/load-pretrained.ts";
import { fetchPretrained } from "../src/pretrained/official.ts";
import { openPretrained } from "../src/pretrained/open-pretrained.ts";
import { recognize } from "../src/pretrained/recognize.ts";
import { openTorchFile } from "../src/pretrained/torch/torch-file.ts";
import { execute, type RunRequest } from "../src/run/execute.ts";
import { openData, prepareNetwork } from "../src/run/prepare.ts";
import { readRunFile } from "../src/run-folder/run-file.ts";
import { copyWeights } from "../src/training/checkpoint.ts";
import torchFiles from "./fixtures/torch-files.json" with { type: "json" };

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const root = mkdtempSync(join(tmpdir(), "downhill-pretrained-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: string[]): string => join(root, ...names);

const COLOR: ImageShape = [3, 32, 32];

/** Tensors of a file, without values. */
const tensorsOf = (shapes: Readonly<Record<string, readonly number[]>>) =>
  Object.entries(shapes).map(([name, shape]) => ({ name, dtype: "F32", shape, values: () => new Float32Array(0) }));

describe("torchvision's and timm's networks are recognized by the names and shapes of their tensors", () => {
  const rows: readonly (readonly [name: string, model: Model, options: object])[] = [
    ["resnet18", models.resnet18(COLOR, 7), {}],
    ["resnet34", models.resnet34(COLOR, 1000), {}],
    ["resnet50", models.resnet50(COLOR, 1000), {}],
    ["mobilenetV2", models.mobilenetV2(COLOR, 1000), {}],
    ["mobilenetV3", models.mobilenetV3(COLOR, 1000), { size: "large" }],
    ["mobilenetV3", models.mobilenetV3(COLOR, 3, { size: "small" }), { size: "small" }],
    ["efficientnetB0", models.efficientnetB0(COLOR, 1000), {}],
    ["convnextTiny", models.convnextTiny(COLOR, 1000), {}],
  ];
  test.each(rows)("torchvision's %s", (name, model, modelOptions) => {
    const extra = { "bn1.num_batches_tracked": [] };
    expect(recognize(tensorsOf({ ...shapesOf(model), ...extra }))).toMatchObject({
      ...{ project: "torchvision", model: name, modelOptions },
    });
  });

  const stages = (...counts: readonly string[]): readonly string[][] => counts.map((stage) => stage.split(" "));
  const mobile: readonly (readonly [name: string, model: Model, options: object, blocks: readonly string[][]])[] = [
    [
      "mobilenetV3",
      models.mobilenetV3(COLOR, 1000, { size: "small" }),
      { size: "small", eps: 1e-5 },
      stages("ds+se", "ir ir", "ir+se ir+se ir+se", "ir+se ir+se", "ir+se ir+se ir+se", "cn"),
    ],
    [
      "mobilenetV2",
      models.mobilenetV2(COLOR, 1000),
      {},
      stages("ds", "ir ir", "ir ir ir", "ir ir ir ir", "ir ir ir", "ir ir ir", "ir"),
    ],
    [
      "efficientnetB0",
      models.efficientnetB0(COLOR, 1000),
      {},
      [1, 2, 2, 3, 3, 4, 1].map((blocks, stage) => new Array(blocks).fill(stage === 0 ? "ds+se" : "ir+se")),
    ],
  ];
  test.each(mobile)("timm's %s", (name, model, modelOptions, blocks) => {
    const names = timmNames(name, blocks);
    const renamed = Object.entries(shapesOf(model)).map(([of, shape]) => {
      const [, layer = "", value] = /^(.*)\.(\w+)$/.exec(of) ?? [];
      const isHidden = names[layer] === "conv_head" && value === "weight";
      return [`${names[layer]}.${value}`, isHidden ? [...shape, 1, 1].slice(0, 4) : shape] as const;
    });
    const tensors = tensorsOf(Object.fromEntries(renamed));
    const found = recognize(tensors);
    expect(found).toMatchObject({ project: "timm", model: name, modelOptions });
    expect(found?.rename(tensors).map((one) => one.name)).toEqual(Object.keys(shapesOf(model)));
  });

  test("timm's convnextTiny", () => {
    const shapes = shapesOf(models.convnextTiny(COLOR, 1000));
    const timm = Object.entries(shapes).map(([name, shape]) => [
      name
        .replace(/^features\.0\./, "stem.")
        .replace(
          /^features\.([246])\.(\d)\.(\w+)$/,
          (_, i, layer, value) => `stages.${i / 2}.downsample.${layer}.${value}`,
        )
        .replace(/^features\.([1357])\.(\d)\./, (_, i, block) => `stages.${(i - 1) / 2}.blocks.${block}.`)
        .replace("block.0.", "conv_dw.")
        .replace("block.2.", "norm.")
        .replace("block.3.", "mlp.fc1.")
        .replace("block.5.", "mlp.fc2.")
        .replace("layer_scale", "gamma")
        .replace("classifier.0", "head.norm")
        .replace("classifier.2", "head.fc"),
      name.endsWith("layer_scale") ? shape.slice(0, 1) : shape,
    ]);
    const tensors = tensorsOf(Object.fromEntries(timm));
    const found = recognize(tensors);
    expect(found).toMatchObject({ project: "timm", model: "convnextTiny" });
    expect(found?.rename(tensors).map((one) => one.name)).toEqual(Object.keys(shapes));
  });

  test("other networks are not", () => {
    expect(recognize(tensorsOf(shapesOf(models.resnet(COLOR, 10))))).toBeNull();
    expect(recognize(tensorsOf({ "conv_stem.weight": [32, 3, 3, 3] }))).toBeNull();
  });
});

/** Returns timm's layers by torchvision's. A block is separable (ds), inverted (ir) or a convolution (cn), with excitation. */
function timmNames(network: string, blocks: readonly string[][]): Record<string, string> {
  const names: Record<string, string> = { "features.0.0": "conv_stem", "features.0.1": "bn1" };
  const body = network === "mobilenetV2" ? "conv" : "block";
  let row = 1;
  for (const [stage, kinds] of blocks.entries()) {
    for (const [i, kind] of kinds.entries()) {
      const home = network === "efficientnetB0" ? `features.${stage + 1}.${i}` : `features.${row}`;
      const timm = `blocks.${stage}.${i}`;
      row++;
      if (kind === "cn") {
        Object.assign(names, { [`${home}.0`]: `${timm}.conv`, [`${home}.1`]: `${timm}.bn1` });
        continue;
      }
      const layers = kind.startsWith("ds") ? ["conv_dw", "conv_pw"] : ["conv_pw", "conv_dw", "conv_pwl"];
      let place = 0;
      for (const [n, layer] of layers.entries()) {
        const isFlat = body === "conv" && n === layers.length - 1;
        names[isFlat ? `${home}.conv.${place}` : `${home}.${body}.${place}.0`] = `${timm}.${layer}`;
        names[isFlat ? `${home}.conv.${place + 1}` : `${home}.${body}.${place}.1`] = `${timm}.bn${n + 1}`;
        place++;
        if (layer !== "conv_dw" || !kind.endsWith("se")) continue;
        names[`${home}.block.${place}.fc1`] = `${timm}.se.conv_reduce`;
        names[`${home}.block.${place}.fc2`] = `${timm}.se.conv_expand`;
        place++;
      }
    }
  }
  const last = `features.${network === "efficientnetB0" ? blocks.length + 1 : row}`;
  const ends =
    network === "mobilenetV3"
      ? { "classifier.0": "conv_head", "classifier.3": "classifier" }
      : { [`${last}.0`]: "conv_head", [`${last}.1`]: "bn2", "classifier.1": "classifier" };
  return { ...names, ...ends };
}

/** Two epochs of two steps. */
const GIVEN: GivenConfig = {
  data: "sample",
  ...{ trainLimit: 64, testLimit: 20, batchSize: 32, epochs: 2, lr: 0.05, threads: 1, tune: false },
};
const SMALL = { channels: [4, 8], hidden: 16 };

async function run(request: RunRequest, steps = Number.POSITIVE_INFINITY) {
  const notes: string[] = [];
  let asked = 0;
  const { status } = await execute(request, {
    emit: (event) => event.kind === "note" && notes.push(event.text),
    shouldStop: () => ++asked > steps,
  });
  return { status, notes };
}
const begin = (name: string, given: Partial<GivenConfig>, steps?: number) =>
  run({ kind: "new", given: { ...GIVEN, ...given }, folder: at(name), command: "", report: false }, steps);

describe("a run that starts from another", () => {
  beforeAll(async () => {
    await begin("first", { model: "lenet", modelOptions: SMALL });
  });

  test("has its model, images and weights, also from its files", async () => {
    const { network, facts } = openRun(at("first"));
    for (const pretrained of [at("first"), at("first", "model.safetensors")]) {
      const given = { ...GIVEN, pretrained };
      const data = await openData(given, undefined, () => {});
      const config = resolveConfig(given, data);
      expect(config).toMatchObject({ model: "lenet", modelOptions: SMALL, pretrained });
      expect(data.normalization).toEqual(facts.data.normalization);
      expect(copyWeights(prepareNetwork(config, data))).toEqual(copyWeights(network));
    }
    expect(openPretrained(at("first", "checkpoints", "best.safetensors"))).toMatchObject({ model: "lenet" });
  });

  test("is recorded, and resumes without the file", async () => {
    const pretrained = at("copy.safetensors");
    copyFileSync(at("first", "model.safetensors"), pretrained);
    const given = { pretrained, modelOptions: SMALL };
    const whole = await begin("whole", given);
    expect(whole.notes[0]).toBe(`Starts from ${pretrained}: lenet, 8 tensors.`);
    expect(readRunFile(at("whole")).pretrained).toMatchObject({ source: pretrained, tensors: 8, newHead: null });
    expect(readRunFile(at("whole")).config).toMatchObject({ pretrained, model: "lenet" });
    expect((await begin("stopped", given, 1)).status).toBe("stopped");
    rmSync(pretrained);
    expect((await run({ kind: "resume", folder: at("stopped"), report: false })).status).toBe("finished");
    const weights = (name: string): Buffer => readFileSync(at(name, "model.safetensors"));
    expect(weights("stopped")).toEqual(weights("whole"));
  });

  test("has a new head for other classes", async () => {
    const network = createNetwork(lenet([1, 28, 28], 10, { ...SMALL, channels: [4, 8] }), { seed: 5 });
    const before = copyWeights(network);
    const names = Array.from({ length: 10 }, (_, i) => `class ${i}`);
    const facts = loadPretrained(network, openPretrained(at("first")), names);
    expect(facts.newHead).toBe("classifier");
    const after = copyWeights(network);
    const isSame = (name: string): boolean => String(after[name]) === String(before[name]);
    expect(Object.keys(after).filter(isSame).sort()).toEqual(["classifier.bias", "classifier.weight"]);
    expect(headOf(network.model).names).toEqual(["classifier.weight", "classifier.bias"]);
  });
});

describe("weights that do not fit", () => {
  const file = at("weights.safetensors");
  const network = () => createNetwork(lenet([1, 28, 28], 10, { ...SMALL, channels: [4, 8] }), { seed: 1 });
  const write = (tensors: Readonly<Record<string, StoredTensor>>): void =>
    writeFileSync(file, Buffer.concat(writeSafetensors(tensors)));
  const load = (model = network()) => loadPretrained(model, openPretrained(file), ["a", "b"]);
  let tensors: Record<string, StoredTensor> = {};
  beforeAll(async () => {
    await saveWeights(network(), file);
    tensors = readSafetensors(readFileSync(file), file).tensors;
  });

  test("missing, unknown and mismatched tensors are listed", () => {
    const { "conv1.bias": bias, ...rest } = tensors;
    write({ ...rest, stem: bias as StoredTensor, "conv2.bias": { shape: [2], values: new Float32Array(2) } });
    const words = "it lacks 'conv1.bias'; it has the unknown 'stem'; 'conv2.bias' is [2] instead of [8]";
    expect(load).toThrow(
      `${file}: the weights are those of an unknown network, and do not fit the model 'lenet': ${words}`,
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("%s in a weight is refused", (wrong) => {
    const values = Float32Array.from(tensors["conv1.bias"]?.values as Float32Array).fill(wrong, 1, 2);
    write({ ...tensors, "conv1.bias": { shape: [4], values } });
    expect(load).toThrow(
      `tensor 'conv1.bias' contains ${wrong} at index 1. Use the weights of a training that has not`,
    );
  });

  test("a truncated file and a file without weights are refused", () => {
    write(tensors);
    writeFileSync(file, readFileSync(file).subarray(0, -100));
    expect(() => openPretrained(file)).toThrow("Expected a complete file in the safetensors format");
    writeFileSync(file, Buffer.concat(writeSafetensors({})));
    expect(() => openPretrained(file)).toThrow("the file has no weights");
    expect(() => openPretrained(at("nothing"))).toThrow(/nothing/);
  });

  test("an unknown network needs a model by name", () => {
    write(tensors);
    const data = {
      imageShape: [1, 28, 28],
      train: { length: 9 },
      validation: null,
      pretrained: openPretrained(file),
    } as const;
    expect(() => resolveConfig({ data: "x" }, data)).toThrow("its tensors do not reveal the model. Set model");
    expect(resolveConfig({ data: "x", model: "lenet" }, data).model).toBe("lenet");
  });

  test("filters of colors are summed for gray images, and those of gray are divided among colors", () => {
    const color = lenet([3, 28, 28], 10, { channels: [4, 8], hidden: 16 });
    const values = new Float32Array(4 * 3 * 25).fill(0.25);
    write({ ...tensors, "conv1.weight": { shape: [4, 3, 5, 5], values } });
    const target = network();
    load(target);
    expect(target.parameters.value("conv1.weight")).toEqual(new Float32Array(4 * 25).fill(0.75));
    const colored = createNetwork(color);
    write(tensors);
    load(colored);
    const [gray, red] = [tensors["conv1.weight"]?.values as Float32Array, colored.parameters.value("conv1.weight")];
    expect(red[0]).toBeCloseTo((gray[0] as number) / 3, 6);
  });
});

test("weights of a named network are downloaded once, and compared with the hash in the file's name", async () => {
  const body = Buffer.from(torchFiles.files.archive, "base64");
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 8);
  let requests = 0;
  const server = createServer((_, response) => {
    requests++;
    response.writeHead(200, { "content-length": body.length }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const fetch = (name: string, file: string) =>
    fetchPretrained(name, { base, folder: at("w"), files: { tinyNet: file } });
  try {
    for (const name of ["tinyNet", "tiny_net"])
      expect(await fetch(name, `tiny-${hash}.pth`)).toMatchObject({ source: name });
    expect(requests).toBe(1);
    await expect(fetch("tinyNet", "tiny-00000000.pth")).rejects.toThrow(
      /Expected 00000000\..*set pretrained to the path/,
    );
    await expect(fetch("tinyNets", "tiny.pth")).rejects.toThrow("with this name: did you mean 'tinyNet'?");
  } finally {
    server.close();
  }
});

describe("files of torch.save", () => {
  const { files, refused, tensors } = torchFiles;
  test.each(Object.entries(files))("%s", (_, text) => {
    const found = openTorchFile(Buffer.from(text, "base64"), "net.pth").map(({ name, shape, values }) => {
      return [name, { shape, values: Array.from(values(), Number) }] as const;
    });
    expect(Object.fromEntries(found)).toEqual(tensors);
  });

  test.each(Object.entries(refused))("an object of %s is refused, and not executed", (name, text) => {
    const open = (): unknown => openTorchFile(Buffer.from(text, "base64"), "net.pth");
    expect(open).toThrow(`it has an object of ${name}, and not tensors alone. Save the weights alone, with python3 -c`);
  });

  test("every truncated file is refused", () => {
    for (const text of Object.values(files)) {
      const bytes = Buffer.from(text, "base64");
      for (let length = 10; length < bytes.length - 1; length += 97) {
        expect(() => openTorchFile(bytes.subarray(0, length), "net.pth")).toThrow(
          "net.pth: the file of torch.save cannot",
        );
      }
    }
  });
});
