import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test, vi } from "vitest";
import { buildModel } from "../src/config/model.ts";
import type { GivenConfig } from "../src/config/schema.ts";
import { openRun } from "../src/inference/open-run.ts";
import { hashOf } from "../src/pretrained/onnx-model.ts";
import { openPretrained } from "../src/pretrained/open-pretrained.ts";
import { execute, type RunRequest } from "../src/run/execute.ts";
import { readRunFile } from "../src/run-folder/run-file.ts";

vi.setConfig({ testTimeout: 300_000 });
const root = mkdtempSync(join(tmpdir(), "downhill-onnx-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: string[]): string => join(root, ...names);

/** A residual network for images [3, 16, 16] of five classes, with batch norm. */
const FIXTURES = fileURLToPath(new URL("../../graph/test/fixtures/onnx/", import.meta.url));
const FILE = at("resnet.onnx");
copyFileSync(`${FIXTURES}pytorch-1-resnet.onnx`, FILE);

const given = (more: Partial<GivenConfig> = {}): GivenConfig => ({
  data: "sample",
  pretrained: FILE,
  ...{ trainLimit: 64, testLimit: 20, batchSize: 32, epochs: 2, lr: 0.01 },
  ...more,
});

async function run(request: RunRequest, steps = Number.POSITIVE_INFINITY): Promise<string[]> {
  const notes: string[] = [];
  let asked = 0;
  await execute(request, {
    emit: (event) => event.kind === "note" && notes.push(event.text),
    shouldStop: () => ++asked > steps,
  });
  return notes;
}
const begin = (name: string, config = given(), steps?: number): Promise<string[]> =>
  run({ kind: "new", given: config, folder: at(name), command: "", report: false }, steps);

test("a run starts from an ONNX file, and resumes and opens without it", async () => {
  const [note] = await begin("whole");
  expect(note).toBe(
    `Starts from ${FILE}: an ONNX file, 30 tensors. The last layer, fc, starts anew for 10 classes. The file does not normalize its images, so mean and standard deviation of ImageNet are used.`,
  );
  const { config, data, pretrained } = readRunFile(at("whole"));
  expect(config).toMatchObject({ model: "onnx", modelOptions: {} });
  expect([data.imageShape, data.normalization.mean[0]?.toFixed(3)]).toEqual([[1, 28, 28], "0.449"]);
  expect(pretrained).toMatchObject({ sha256: hashOf(readFileSync(FILE)), newHead: "fc", isNormalizationAssumed: true });

  await begin("stopped", given(), 1);
  rmSync(FILE);
  await run({ kind: "resume", folder: at("stopped"), report: false });
  copyFileSync(at("stopped", "pretrained.onnx"), FILE);
  expect(readFileSync(at("stopped", "model.safetensors"))).toEqual(readFileSync(at("whole", "model.safetensors")));
  const { network } = openRun(at("stopped"));
  expect([network.model.classes, network.parameters.names[0]]).toEqual([10, "conv1.weight"]);

  // The weights of the run, not those of the file, and its head for the same classes.
  const [again] = await begin("further", given({ pretrained: at("whole"), epochs: 1, lr: 1e-9 }));
  expect(again).toBe(`Starts from ${at("whole")}: the onnx of the run ${at("whole")}, 32 tensors.`);
  const first = openRun(at("whole")).network.parameters.value("fc.weight");
  const second = openRun(at("further")).network.parameters.value("fc.weight");
  for (const [i, value] of first.entries()) expect(second[i]).toBeCloseTo(value, 5);
});

test("the model that a run exports is a start for others, with its normalization and classes", () => {
  const { normalization, classNames, imageShape, origin } = openPretrained(at("whole", "model.onnx"));
  expect([normalization?.mean[0]?.toFixed(3), normalization?.std[0]?.toFixed(3)]).toEqual(["0.449", "0.226"]);
  expect([classNames?.length, imageShape, origin]).toEqual([10, [1, 28, 28], "an ONNX file"]);
});

test.each<readonly [what: string, config: () => GivenConfig, message: string]>([
  [
    "another model",
    () => given({ model: "lenet" }),
    `${FILE}: the file defines its own network. Expected no other model.`,
  ],
  ["no file", () => given({ pretrained: at("lost.onnx") }), `pretrained = '${at("lost.onnx")}': there is no file`],
  ["an unknown option", () => given({ modelOptions: { width: 3 } }), "onnx: unknown option 'width'"],
  [
    "a damaged file",
    () => {
      writeFileSync(at("half.onnx"), readFileSync(FILE).subarray(0, 3000));
      return given({ pretrained: at("half.onnx") });
    },
    `${at("half.onnx")}: the 3000 bytes are not an ONNX model, or only a part of one.`,
  ],
  [
    "images of another size",
    () => {
      copyFileSync(`${FIXTURES}pytorch-1-vgg.onnx`, at("vgg.onnx"));
      return given({ pretrained: at("vgg.onnx") });
    },
    `${at("vgg.onnx")}: node '/classifier/classifier.0/Gemm' (Gemm): dense: x [2, 784], weight [8, 256], bias [8].`,
  ],
])("%s is rejected", async (_, config, message) => {
  await expect(begin("rejected", config())).rejects.toThrow(message);
});

test("the model onnx is nothing without its file", () => {
  expect(() => buildModel("onnx", [3, 16, 16], 5)).toThrow("model = 'onnx': an ONNX file defines this model");
});
