import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSafetensors } from "@downhill/train";
import { InferenceSession, Tensor } from "onnxruntime-node";
import sharp from "sharp";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { makePhotos } from "./support/data.ts";
import { type Ended, temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = temporaryFolder();
const at = (...path: string[]): string => join(folder, ...path);

beforeAll(async () => {
  await makePhotos(at("photos"), { cat: 30, dog: 30, eel: 30 });
  const train = (...args: string[]): Promise<Ended> =>
    inProcess(folder, ["train", "photos", "--model", "mlp", "--batch-size", "9", "--threads", "1", ...args]);
  expect((await train("--epochs", "3", "--out", "runs/a")).status).toBe(0);
  expect(
    (await train("--epochs", "2", "--out", "runs/b", "--optimizer", "adamw", "--set", "hyperparameters.beta2=0.99"))
      .status,
  ).toBe(0);
});

const result = () => JSON.parse(readFileSync(at("runs/a/result.json"), "utf8"));
const ended = async (...args: string[]): Promise<string> => {
  const { status, stdout, stderr } = await inProcess(folder, args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
};
const json = async (...args: string[]) => JSON.parse(await ended(...args, "--json"));

describe("runs", () => {
  test("list: the newest first, with what came of each", async () => {
    const listed = await json("runs", "list");
    expect(listed.map(({ folder: run }: { folder: string }) => run)).toEqual(["runs/b", "runs/a"]);
    expect(listed[1]).toMatchObject({
      status: "finished",
      model: "mlp",
      optimizer: "sgd",
      accuracy: result().accuracy,
    });
    expect(await ended("runs", "list")).toMatch(/^run +status +accuracy .*\nruns\/b +finished .*\nruns\/a +finished /);
  });

  test("list: without runs, it prints how to start one", async () => {
    mkdirSync(at("none"), { recursive: true });
    expect(await ended("runs", "list", "none")).toBe("No runs in none. Start one: downhill train sample\n");
    expect(await json("runs", "list", "not-there")).toEqual([]);
  });

  test("show: settings, epochs and result", async () => {
    const text = await ended("runs", "show", "runs/a");
    expect(text).toMatch(/^status +finished, 24 of 24 steps$/m);
    expect(text).toMatch(/^optimizer +sgd$/m);
    expect(text).toMatch(/^ {4}3 +\d\.\d{3} /m);
    expect(text).toMatch(/^report +runs\/a\/report\.html$/m);
    expect(await json("runs", "show", "runs/a")).toMatchObject({
      status: "finished",
      steps: 24,
      result: { steps: 24 },
    });
  });

  test("diff: the settings in which two differ, and no others", async () => {
    const { differences, results } = await json("runs", "diff", "runs/a", "runs/b");
    const keys = differences.map(({ key }: { key: string }) => key);
    expect(keys).toEqual(expect.arrayContaining(["optimizer", "lr", "epochs", "hyperparameters.beta2"]));
    expect(keys).not.toEqual(expect.arrayContaining(["model"]));
    expect(results).toHaveLength(2);
    expect(await ended("runs", "diff", "runs/a", "runs/b")).toMatch(/^epochs +3 +2$/m);
    expect(await ended("runs", "diff", "runs/a", "runs/a")).toMatch(/Same settings, data, device and versions\.\n$/);
  });

  test("export: a row a step or an epoch, as CSV", async () => {
    const steps = (await ended("runs", "export", "runs/a")).trimEnd().split("\n");
    expect(steps).toHaveLength(25);
    expect(steps[0]).toMatch(/^step,epoch,loss,accuracy,batchSize,lr,momentum,/);
    const first = JSON.parse(readFileSync(at("runs/a/metrics.ndjson"), "utf8").split("\n")[0] as string);
    expect(steps[1]).toBe(Object.values(first).join(","));
    expect(await ended("runs", "export", "runs/a", "--epochs", "--out", "epochs.csv")).toBe("epochs.csv: 3 rows\n");
    expect(readFileSync(at("epochs.csv"), "utf8")).toMatch(/^epoch,steps,trainLoss,.*\n0,8,/);
  });

  test("remove: with all that is in the folder, and nothing where one of several is no run", async () => {
    expect((await inProcess(folder, ["train", "--resume", "runs/b"])).status).toBe(0);
    expect((await inProcess(folder, ["runs", "remove", "runs/b", "photos", "--yes"])).status).toBe(1);
    expect(existsSync(at("runs/b"))).toBe(true);
    expect(await ended("runs", "remove", "runs/b", "--yes")).toBe("removed runs/b\n");
    expect(existsSync(at("runs/b"))).toBe(false);
  });
});

describe("a trained model", () => {
  test("is evaluated as the run evaluated it", async () => {
    const evaluated = await json("evaluate", "runs/a", "photos");
    const { accuracy, loss, part, images } = result();
    expect(evaluated).toMatchObject({ run: "runs/a", part, images, accuracy });
    expect(evaluated.loss).toBeCloseTo(loss, 5);
    expect(evaluated.classNames).toEqual(["cat", "dog", "eel"]);
    expect(await ended("evaluate", "runs/a", "photos")).toMatch(
      /^validation accuracy \d+\.\d\d % \(95 % interval .*\n/,
    );
  });

  test("is exported as ONNX, which says the same of a file in onnxruntime-node, with nothing of ours", async () => {
    expect(await ended("export", "runs/a", "--format", "onnx", "--out", "model.onnx")).toMatch(/^model\.onnx: onnx, /);
    const session = await InferenceSession.create(at("model.onnx"));
    for (const file of ["photos/cat/0.png", "photos/eel/3.png"]) {
      const pixels = await sharp(at(file)).toColourspace("b-w").raw().toBuffer();
      const { probabilities } = await session.run({ images: new Tensor("uint8", pixels, [1, 1, 32, 32]) });
      const { classes } = await json("predict", "runs/a", file);
      const ours = new Map<string, number>(
        classes.map(({ name, probability }: { name: string; probability: number }) => [name, probability]),
      );
      for (const [k, name] of ["cat", "dog", "eel"].entries()) {
        expect(Number(probabilities?.data[k])).toBeCloseTo(ours.get(name) as number, 5);
      }
    }
    await session.release();
  });

  test("is exported as safetensors, the same as in the run's folder", async () => {
    await ended("export", "runs/a", "--format", "safetensors", "--out", "weights.safetensors");
    const [exported, own] = ["weights.safetensors", "runs/a/model.safetensors"].map((file) =>
      readSafetensors(readFileSync(at(file)), file),
    );
    expect(exported?.tensors).toEqual(own?.tensors);
  });

  test("is written over a file only if that is said", async () => {
    writeFileSync(at("there.onnx"), "");
    expect((await inProcess(folder, ["export", "runs/a", "--out", "there.onnx"])).status).toBe(2);
    expect(await json("export", "runs/a", "--out", "there.onnx", "--force")).toMatchObject({
      file: "there.onnx",
      format: "onnx",
    });
  });
});

describe("data", () => {
  test("inspect prints the images per class and part, and problems", async () => {
    writeFileSync(at("photos/dog/copy.png"), readFileSync(at("photos/cat/1.png")));
    const text = await ended("data", "inspect", "photos", "--validation-share", "0.5", "--sheet", "sheet.png");
    expect(text).toMatch(/^photos: 3 classes of 32x32 gray images\n/);
    expect(text).toMatch(/^read as +one folder per class$/m);
    expect(text).toMatch(/^because +Its images lie in folders that are named after classes\.$/m);
    expect(text).toMatch(/^cat +15 +15 +(█+|#+)/m);
    expect(readFileSync(at("sheet.png")).subarray(1, 4).toString()).toBe("PNG");
    const again = await inProcess(folder, ["data", "inspect", "photos", "--sheet", "sheet.png"]);
    expect({ ...again, stdout: "" }).toMatchObject({ status: 2, stderr: expect.stringContaining("the file exists") });
    const found = await json("data", "inspect", "photos");
    expect(found).toMatchObject({ kind: "folder", imageShape: [1, 32, 32], classNames: ["cat", "dog", "eel"] });
    expect(found.findings.join(" ")).toContain("dog/copy.png is cat/1.png");
  });

  test("convert writes another format, which is inspected like its source", async () => {
    const text = await ended("data", "convert", "photos", "photos.npz", "--to", "npz");
    expect(text).toMatch(/photos\.npz: npz, \d+ images of the train part, 3 classes: cat, dog, eel$/m);
    expect(await json("data", "inspect", "photos.npz")).toMatchObject({
      kind: "numpy",
      classNames: ["cat", "dog", "eel"],
    });
    expect((await inProcess(folder, ["data", "convert", "photos", "photos.npz", "--to", "npz"])).status).toBe(1);
  });

  test("list prints the folder of each", async () => {
    const listed = (await json("data", "list")) as { name: string; place: string | null }[];
    expect(listed[0]).toMatchObject({ name: "sample", place: "ships with Downhill" });
    const { stdout } = await inProcess(folder, ["data", "list", "--json"], { DOWNHILL_DATA: folder });
    expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toContain("cifar10");
  });

  test("fetch does not download what is on this machine", async () => {
    mkdirSync(at("mnist"));
    const { stdout } = await inProcess(folder, ["data", "fetch", "mnist", "--json"], { DOWNHILL_DATA: folder });
    expect(JSON.parse(stdout)).toEqual({ name: "mnist", folder: at("mnist"), fetched: false });
    const { status, stderr } = await inProcess(folder, ["data", "fetch", "mnits"]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: "Error: mnits: there is no data set with this name: did you mean 'mnist'?\n",
    });
  });
});
