import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { makePhotos } from "./support/data.ts";
import { temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = temporaryFolder();
const at = (...path: string[]): string => join(folder, ...path);
const QUICK = ["--model", "mlp", "--epochs", "1", "--batch-size", "10", "--threads", "1"];

beforeAll(async () => {
  await makePhotos(at("photos"), { cat: 8, dog: 8 });
  const parts = { "training_set/cat": 8, "training_set/dog": 8, "test_set/cat": 4, "test_set/dog": 4 };
  await makePhotos(at("course"), parts);
});

describe("runs within the data", () => {
  test("train . twice, with --out inside the second time: the run folders are no classes", async () => {
    for (const out of [[], ["--out", "models/first"]]) {
      const { status, stderr } = await inProcess(at("photos"), ["train", ".", ...QUICK, ...out]);
      expect(status, stderr).toBe(0);
      expect(stderr).toContain("2 classes: cat, dog\nData read as one folder per class\n");
      expect(stderr).not.toContain("no images");
    }
    expect(readdirSync(at("photos")).sort()).toEqual(["cat", "dog", "models", "runs"]);
    expect((await inProcess(at("photos"), ["evaluate", "models/first", "."])).status).toBe(0);
  });

  test.each([[[]], [["--out", "new/models/first"]]])(
    "train . %j leaves nothing behind where it is refused",
    async (out) => {
      const own = at("refused", String(out.length));
      mkdirSync(join(own, "cat"), { recursive: true });
      const { status, stderr } = await inProcess(own, ["train", ".", ...QUICK, ...out]);
      expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("it has no images") });
      expect(readdirSync(own)).toEqual(["cat"]);
    },
  );
});

describe("parts of a folder", () => {
  test("are read by their names, and train prints them and the classes", async () => {
    const { status, stderr } = await inProcess(folder, ["train", "course", ...QUICK, "--out", "runs/course"]);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(
      "16 training and 8 test images of 32x32, gray, 2 classes: cat, dog\nData read as train part from training_set, test part from test_set\n",
    );
    const { data } = JSON.parse(readFileSync(at("runs/course/run.json"), "utf8"));
    expect(data.reading).toBe("train part from training_set, test part from test_set");
  });

  test("are chosen by flags, of every command that takes data", async () => {
    const flags = ["--train-folder", "training_set", "--validation-folder", "test_set"];
    const inspected = await inProcess(folder, ["data", "inspect", "course", "--json", ...flags]);
    expect(inspected.status, inspected.stderr).toBe(0);
    expect(JSON.parse(inspected.stdout)).toMatchObject({
      reading: "train part from training_set, validation part from test_set, as chosen",
      counts: [
        { part: "train", total: 16 },
        { part: "validation", total: 8 },
      ],
    });
    const trained = await inProcess(folder, ["train", "course", ...QUICK, ...flags, "--out", "runs/chosen"]);
    expect(trained.status, trained.stderr).toBe(0);
    // The run keeps the choice: its own data are evaluated as they were trained on.
    const evaluated = await inProcess(folder, ["evaluate", "runs/chosen", "course", "--json"]);
    expect(JSON.parse(evaluated.stdout)).toMatchObject({ part: "validation", images: 8 });
    const otherwise = await inProcess(folder, [
      "evaluate",
      "runs/chosen",
      "course",
      "--json",
      "--train-folder",
      "training_set",
    ]);
    expect(JSON.parse(otherwise.stdout)).toMatchObject({ part: "all", images: 16 });
    const sought = await inProcess(folder, [
      "find-lr",
      "course",
      ...flags,
      "--model",
      "mlp",
      "--steps",
      "30",
      "--quiet",
    ]);
    expect(sought.stderr).not.toMatch(/unknown option|Folder/);
  });

  test("are refused where they have no classes, and the run is not begun", async () => {
    await makePhotos(at("kaggle"), { train: 3, test: 3 });
    const { status, stdout, stderr } = await inProcess(folder, ["train", "kaggle", ...QUICK, "--out", "runs/kaggle"]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^Error: .*'test', 'train' are named as parts and have images, but no folders of classes/m);
    expect(existsSync(at("runs/kaggle"))).toBe(false);
  });
});

describe("a run with four classes", () => {
  const evaluate = (data: string, ...flags: string[]) => inProcess(folder, ["evaluate", "runs/four", data, ...flags]);

  beforeAll(async () => {
    await makePhotos(at("four"), { "caf\u00e9": 6, cat: 6, dog: 6, fish: 6 });
    const { status, stderr } = await inProcess(folder, ["train", "four", ...QUICK, "--out", "runs/four"]);
    expect(status, stderr).toBe(0);
  });

  test("is evaluated on two of them, one in another Unicode normalization, and the absent ones are named", async () => {
    await makePhotos(at("two"), { "cafe\u0301": 5, Cat: 5 });
    const { status, stdout, stderr } = await evaluate("two");
    expect(status, stderr).toBe(0);
    expect(stdout).toContain("no images of 2 of the run's 4 classes: dog, fish");
    const result = JSON.parse((await evaluate("two", "--json")).stdout);
    expect(result).toMatchObject({ part: "all", images: 10, absentClasses: ["dog", "fish"] });
    expect(result.perClass).toEqual([expect.any(Number), expect.any(Number), null, null]);
  });

  test("is evaluated on one of them, and not on a class that it does not have", async () => {
    await makePhotos(at("one"), { dog: 5 });
    expect(JSON.parse((await evaluate("one", "--json")).stdout)).toMatchObject({
      images: 5,
      absentClasses: ["caf\u00e9", "cat", "fish"],
    });
    await makePhotos(at("other"), { dog: 2, horse: 2 });
    const { status, stderr } = await evaluate("other");
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Error: .*other: 1 of its 2 classes is unknown to the model: horse. Expected caf\u00e9, cat, dog, fish\./m,
    );
  });

  test("predicts into CSV, and copies into folders by class, never over another file or into the images' folders", async () => {
    const predict = (...args: string[]) => inProcess(folder, ["predict", "runs/four", ...args]);
    const sorted = ["two/Cat/*.png", "one/dog/0.png", "--copy-to", "sorted", "--threshold", "1", "--format", "csv"];
    const { status, stdout, stderr } = await predict(...sorted, "--top", "2");
    expect(status, stderr).toBe(0);
    const [heading, first, ...others] = stdout.trimEnd().split("\n");
    expect(heading).toBe("file,class,probability,class_2,probability_2,unsure,copy,error");
    expect(first).toMatch(/^two\/Cat\/0\.png,\w+,[\d.e-]+,\w+,[\d.e-]+,true,sorted\/unsure\/0\.png,$/);
    // An image of the same name.
    expect(others.at(-1)).toMatch(/^one\/dog\/0\.png,.*,sorted\/unsure\/0-2\.png,$/);
    const copies = readdirSync(at("sorted/unsure"));
    expect(copies).toContain("0-2.png");
    expect(readFileSync(at("sorted/unsure/0-2.png"))).toEqual(readFileSync(at("one/dog/0.png")));
    // A second time, the copies are there.
    expect((await predict(...sorted, "--top", "2")).stdout).toBe(stdout);
    expect(readdirSync(at("sorted/unsure"))).toEqual(copies);
    for (const [source, into] of [
      ["two", "two/sorted"],
      ["two/*/*.png", "two"],
    ] as const) {
      const refused = await predict(source, "--copy-to", into);
      expect(refused).toMatchObject({ status: 2, stdout: "" });
      expect(refused.stderr).toMatch(new RegExp(`--copy-to ${into}: two\\S* is a folder of the images`));
    }
    expect(existsSync(at("two/sorted"))).toBe(false);
    expect(await predict("none/**/*.jpg")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no image or folder matches this pattern"),
    });
  });

  test("predicts the images of folders, and refuses one without images", async () => {
    const { status, stdout, stderr } = await inProcess(folder, [
      "predict",
      "runs/four",
      "two",
      "one/dog/0.png",
      "--top",
      "1",
    ]);
    expect(status, stderr).toBe(0);
    const files = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/: .*/, ""));
    expect(files).toHaveLength(11);
    expect(files.slice(0, 2)).toEqual(["two/Cat/0.png", "two/Cat/1.png"]);
    expect(files.at(-1)).toBe("one/dog/0.png");
    mkdirSync(at("nothing"));
    const refused = await inProcess(folder, ["predict", "runs/four", "nothing"]);
    expect(refused).toEqual({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("nothing: the folder contains no images"),
    });
  });
});
