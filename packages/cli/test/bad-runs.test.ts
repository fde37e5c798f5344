import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { makeIdx, makePhotos, png } from "./support/data.ts";
import { temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";
import { expectRefusal } from "./support/refusal.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = temporaryFolder();
const at = (...path: string[]): string => join(folder, ...path);
const QUICK = ["--model", "mlp", "--epochs", "1", "--batch-size", "10", "--threads", "1"];

beforeAll(async () => {
  makeIdx(at("digits"));
  await makePhotos(at("photos"), { cat: 8, dog: 8 });
  expect((await inProcess(folder, ["train", "digits", ...QUICK, "--out", "runs/good"])).status).toBe(0);
});

describe("runs that cannot be used end with 1", () => {
  const copyOf = (name: string): string => {
    const copy = at("runs", name);
    cpSync(at("runs/good"), copy, { recursive: true });
    return `runs/${name}`;
  };

  test.each([
    [["train", "--resume", "runs/none"]],
    [["evaluate", "runs/none", "digits"]],
    [["predict", "runs/none", "x.png"]],
    [["export", "runs/none", "--out", "x.onnx"]],
    [["runs", "show", "runs/none"]],
    [["runs", "diff", "runs/good", "runs/none"]],
    [["runs", "export", "runs/none"]],
    [["runs", "remove", "runs/none", "--yes"]],
  ])("downhill %j: there is no run", async (args) => {
    expectRefusal(await inProcess(folder, args), 1, "runs/none: run.json is missing. Expected a run folder");
  });

  test("weights of another model", async () => {
    const run = copyOf("other-model");
    const path = at(run, "run.json");
    const { checksum, ...facts } = JSON.parse(readFileSync(path, "utf8").replaceAll('"mlp"', '"lenet"'));
    writeFileSync(path, JSON.stringify(facts));
    expectRefusal(
      await inProcess(folder, ["evaluate", run, "digits"]),
      1,
      /the saved weights do not fit this lenet: .*\. Expected weights of the same model/,
    );
    rmSync(at(run, "result.json"));
    expectRefusal(await inProcess(folder, ["train", "--resume", run]), 1, /the saved weights do not fit this lenet/);
  });

  test("weights that are cut", async () => {
    const run = copyOf("cut");
    const path = at(run, "model.safetensors");
    writeFileSync(path, readFileSync(path).subarray(0, 500));
    expectRefusal(
      await inProcess(folder, ["evaluate", run, "digits"]),
      1,
      /model\.safetensors: .*\. Expected a complete file in the safetensors format/,
    );
  });

  test("a run.json that is damaged", async () => {
    const run = copyOf("damaged");
    writeFileSync(at(run, "run.json"), '{ "version": 1');
    expectRefusal(
      await inProcess(folder, ["runs", "show", run]),
      1,
      "the file is truncated or damaged, it is not JSON",
    );
    const { status, stdout } = await inProcess(folder, ["runs", "list"]);
    expect(status).toBe(0);
    expect(stdout).toContain("runs/good");
    expect(stdout).toMatch(/unreadable {2}runs\/damaged\/run\.json: /);
  });

  test("images of another size, and other classes", async () => {
    expectRefusal(
      await inProcess(folder, ["evaluate", "runs/good", "photos"]),
      1,
      "2 of its 2 classes are unknown to the model: cat, dog. Expected 0, 1, 2.",
    );
  });
});

test("a file that is no image is reported, the others are predicted, and the status is 1", async () => {
  writeFileSync(at("1.png"), await png(1, 5, 28));
  writeFileSync(at("note.jpg"), "no image");
  const { status, stdout, stderr } = await inProcess(folder, [
    "predict",
    "runs/good",
    "1.png",
    "note.jpg",
    "none.png",
    "1.png",
  ]);
  expect(status).toBe(1);
  expect(stdout.trimEnd().split("\n")).toEqual([
    expect.stringMatching(/^1\.png: \d \(\d+\.\d %\), \d \(\d+\.\d %\), \d \(\d+\.\d %\)$/),
    expect.stringMatching(/^1\.png: /),
  ]);
  expect(stderr).toContain("Error: note.jpg: ");
  expect(stderr).toContain("Error: none.png: ");
  expect(stderr).toContain("2 of 4 files could not be read as images");
  const json = await inProcess(folder, ["predict", "runs/good", "1.png", "note.jpg", "--json", "--top", "2"]);
  const lines = json.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([
    { file: "1.png", classes: [expect.objectContaining({ probability: expect.any(Number) }), expect.anything()] },
    { file: "note.jpg", error: { message: expect.stringContaining("note.jpg: ") } },
  ]);
});
