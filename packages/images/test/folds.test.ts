import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { orderClasses } from "../src/classes/order-classes.ts";
import { stratifiedFolds } from "../src/data-set/stratified-folds.ts";
import { type DataOptions, listFolds, openDataSet } from "../src/index.ts";
import { folderWith, idxFiles, newFolder } from "./temporary.ts";

test("class names that are numbers are ordered by value, others by text", () => {
  expect(orderClasses(new Set(["10", "2", "1"]))).toEqual(["1", "2", "10"]);
  expect(orderClasses(["0.5", "-1", "10", "+3"])).toEqual(["-1", "0.5", "+3", "10"]);
  expect(orderClasses(["01", "1", "001"])).toEqual(["001", "01", "1"]);
  expect(orderClasses(["10", "2", "x"])).toEqual(["10", "2", "x"]);
  expect(orderClasses(["b", "B", "a"])).toEqual(["B", "a", "b"]);
});

test("folds differ by at most one image, and by at most one of each class", () => {
  const labels = Int32Array.from({ length: 103 }, (_, i) => (i % 7 === 0 ? 2 : i % 2));
  for (const folds of [2, 5, 10]) {
    const places = stratifiedFolds(labels, folds, 3);
    const counts = (own: (label: number) => boolean): number[] =>
      Array.from(
        { length: folds },
        (_, k) => places.filter((fold, i) => fold === k + 1 && own(labels[i] as number)).length,
      );
    for (const own of [() => true, ...[0, 1, 2].map((label) => (other: number) => other === label)]) {
      const found = counts(own);
      expect(Math.max(...found) - Math.min(...found)).toBeLessThanOrEqual(1);
    }
    expect(stratifiedFolds(labels, folds, 3)).toEqual(places);
    expect(stratifiedFolds(labels, folds, 4)).not.toEqual(places);
  }
});

/** Returns a folder of images that differ, with the given number of each class. */
async function photos(counts: Readonly<Record<string, number>>): Promise<string> {
  const files: Record<string, Buffer> = {};
  let shade = 0;
  for (const [name, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++) {
      const background = { r: 9 * shade, g: 255 - 7 * shade++, b: 90 };
      files[`${name}/${i}.png`] = await sharp({ create: { width: 8, height: 8, channels: 3, background } })
        .png()
        .toBuffer();
    }
  }
  return folderWith(files);
}

/** Opens data without the user's cache. */
const open = (source: string, options: DataOptions) =>
  openDataSet(source, { cache: join(newFolder(), "cache"), ...options });

describe("a fold of the training images", () => {
  test("is the test part: each image is in the test part of one fold", async () => {
    const folder = await photos({ cat: 5, dog: 4 });
    const tested: string[] = [];
    for (const fold of [1, 2, 3]) {
      const { train, validation, test: part, reading } = await open(folder, { folds: 3, fold, seed: 7 });
      expect(reading).toBe(
        `one folder per class; test part from fold ${fold} of 3, which divide the training images by seed 7`,
      );
      expect([train.length, validation, part?.length]).toEqual([6, null, 3]);
      for (let i = 0; i < 3; i++) tested.push(part?.nameOf(i) as string);
    }
    expect(new Set(tested).size).toBe(9);
  });

  test("leaves the data's own test part out, and a share of the others for validation", async () => {
    const folder = folderWith(idxFiles());
    const { train, validation, test: part, report } = await open(folder, { folds: 2, fold: 2, validationShare: 0.3 });
    expect([train.length, validation?.length, part?.length]).toEqual([3, undefined, 3]);
    expect(report.findings).toContain("The test part of the data is left out, because fold 2 is the test part.");
  });

  test("is one of those that are listed", async () => {
    const folder = await photos({ "fold1/cat": 1, "fold1/dog": 1, "fold3/cat": 1, "fold3/dog": 1 });
    expect(await listFolds(folder, { folds: "all" })).toEqual([1, 3]);
    expect(await listFolds(folder, { folds: 2 })).toEqual([1, 3]);
    await expect(listFolds(folder, { folds: 4 })).rejects.toThrow("folds = 4, but it has 2 folders of folds");
    expect(await listFolds(folder, { folds: 4, trainFolder: ["fold1", "fold3"] })).toEqual([1, 2, 3, 4]);
    expect(await listFolds("sample", { folds: 3 })).toEqual([1, 2, 3]);
    await expect(listFolds("sample", { folds: "all" })).rejects.toThrow("have no folders of folds");
    const { train, test: part } = await open(folder, { folds: "all", fold: 3 });
    expect([train, part].map((set) => set?.nameOf(0))).toEqual(["fold1/cat/0.png", "fold3/cat/0.png"]);
  });

  test("is refused where there is none", async () => {
    const folder = await photos({ cat: 2, dog: 2 });
    const rows: readonly (readonly [DataOptions, string])[] = [
      [
        { fold: 3 },
        "fold = 3, but the data have no folders of folds, such as fold1 and fold2. Expected the number of folds to divide the images into. Set folds = 5 to divide them into 5 folds.",
      ],
      [{ fold: 1, folds: "all" }, 'folds = "all", but the data have no folders of folds'],
      [
        { folds: 3 },
        "folds = 3, but no fold is chosen. Expected the fold that is the test part. Set fold = 1 to test on fold 1.",
      ],
      [{ fold: 4, folds: 3 }, "fold = 4, with folds = 3: expected a fold from 1 to 3."],
      [{ fold: 1, folds: 9 }, "folds = 9: expected at most 4, the training images."],
      [{ fold: 1, folds: 1 }, 'folds = 1: expected a whole number of at least 2, or "all"'],
      [{ classLevel: 2 }, "classLevel = 2, but no folder of images is that deep"],
    ];
    for (const [options, text] of rows) await expect(open(folder, options)).rejects.toThrow(text);
    await expect(open(await photos({ cat: 1, dog: 2 }), { fold: 1, folds: 2 })).rejects.toThrow(
      "folds = 2, but the class 'cat' has one training image.",
    );
    await expect(open(folderWith(idxFiles()), { classLevel: 1 })).rejects.toThrow("it has no images");
  });
});
