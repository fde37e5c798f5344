import { rmSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { DataError, openDataSet } from "../src/index.ts";
import { imageOf } from "./memory-set.ts";
import { bytes, folderWith, idx, idxFiles } from "./temporary.ts";

test("images and labels of plain and gzip IDX files are read in their order", async () => {
  const folder = folderWith(idxFiles());
  const data = await openDataSet(folder);
  const { train, test: tests, validation } = data;
  expect(data).toMatchObject({ kind: "idx", source: folder, imageShape: [1, 3, 4], classNames: ["0", "1", "2"] });
  expect([train.length, tests?.length, validation]).toEqual([6, 4, null]);
  expect([...train.labels]).toEqual([0, 1, 2, 0, 1, 2]);
  expect(imageOf(train, 5)).toEqual(bytes(72).subarray(60));
  expect(train.nameOf(5)).toBe("train 5");
  expect(tests?.nameOf(3)).toBe("test 3");
  expect(data.report.counts).toEqual([
    { part: "train", total: 6, perClass: [2, 2, 2] },
    { part: "test", total: 4, perClass: [1, 1, 2] },
  ]);
});

test("classes.txt names the classes, and other usual file names are recognized", async () => {
  const files = idxFiles();
  const folder = folderWith({
    "train-images.idx3-ubyte": files["train-images-idx3-ubyte"] as Buffer,
    "train-labels.idx1-ubyte.gz": files["train-labels-idx1-ubyte.gz"] as Buffer,
    "classes.txt": "cat\r\ndog\n\n bird \n",
  });
  const { classNames, train, validation, test: tests } = await openDataSet(folder);
  expect(classNames).toEqual(["cat", "dog", "bird"]);
  // A fifth of six images; what is split off keeps its name.
  expect([train.length, validation?.length, tests]).toEqual([5, 1, null]);
  expect(validation?.nameOf(0)).toMatch(/^train \d$/);
});

test("files in the folder raw, where torchvision puts them, are found", async () => {
  const files = Object.fromEntries(Object.entries(idxFiles()).map(([name, content]) => [`raw/${name}`, content]));
  expect((await openDataSet(folderWith(files))).kind).toBe("idx");
});

describe("files at the paths of usual archives", () => {
  const files = idxFiles();
  const ends = { "train-images": "idx3", "train-labels": "idx1", "t10k-images": "idx3", "t10k-labels": "idx1" };
  const stored = Object.entries(ends).map(([name, end]) => {
    const [path, content] = Object.entries(files).find(([file]) => file.startsWith(name)) as [string, Buffer];
    return { name, end, content: path.endsWith(".gz") ? gunzipSync(content) : content };
  });
  /** The files at places that their names are put into. */
  const at = (...places: readonly ((name: string, end: string) => string)[]): Record<string, Buffer> =>
    Object.fromEntries(
      stored.flatMap(({ name, end, content }) => places.map((place) => [place(name, end), content] as const)),
    );
  const dotted = (name: string, end: string): string => `${name}.${end}-ubyte`;
  const dashed = (name: string, end: string): string => `${name}-${end}-ubyte`;

  test.each<[string, Record<string, Buffer | string>]>([
    ["folders named like the files", at((name, end) => `${dashed(name, end)}/${dashed(name, end)}`)],
    ["files, and folders named like them", at(dotted, (name, end) => `${dashed(name, end)}/${dashed(name, end)}`)],
    ["folders named like packed files", at((name, end) => `${dashed(name, end)}.gz/${dotted(name, end)}`)],
    ["a folder around them", at((name, end) => `mnist/${dotted(name, end)}`)],
    ["torchvision's folder MNIST/raw", at((name, end) => `MNIST/raw/${dashed(name, end)}`)],
    [
      "beside what systems leave",
      { ...at(dashed), "__MACOSX/train-images-idx3-ubyte": "", ".DS_Store": "", "notes/a.txt": "" },
    ],
  ])("%s", async (_, content) => {
    const { kind, train, test: tests } = await openDataSet(folderWith(content));
    expect([kind, train.length, tests?.length]).toEqual(["idx", 6, 4]);
  });

  test.each<[string, Record<string, Buffer | string>, string]>([
    [
      "two data sets",
      at(
        (name, end) => `a/${dashed(name, end)}`,
        (name, end) => `b/${dashed(name, end)}`,
      ),
      "its folders 'a', 'b' each have the files of a data set",
    ],
    [
      "images beside a data set",
      { ...at((name, end) => `mnist/${dashed(name, end)}`), "cats/1.png": "", "dogs/1.png": "" },
      "it has folders of images, and the files of a data set in 'mnist'",
    ],
    ["the same name in two spellings", at(dashed, dotted), "images. Keep one of them in the folder."],
  ])("%s: refused", async (_, content, message) => {
    await expect(openDataSet(folderWith(content))).rejects.toThrow(message);
  });
});

test("a set that exceeds the limit is read from a cache file, and is identical", async () => {
  const folder = folderWith(idxFiles());
  const cache = folderWith({});
  const inMemory = await openDataSet(folder);
  const fromFile = await openDataSet(folder, { memoryLimit: 10, cache });
  expect(fromFile.train.handle.pool.kind).toBe("file");
  expect(fromFile.fingerprint).toBe(inMemory.fingerprint);
  expect(imageOf(fromFile.train, 4)).toEqual(imageOf(inMemory.train, 4));
  expect(fromFile.report.notes).toEqual([]);
});

describe("bad input", () => {
  const whole = idxFiles();
  const images = whole["train-images-idx3-ubyte"] as Buffer;
  const labels = whole["train-labels-idx1-ubyte.gz"] as Buffer;
  const packed = gzipSync(images);
  const broken = Buffer.from(packed);
  broken[packed.length - 6] = (broken[packed.length - 6] as number) ^ 1;

  const CASES: Record<string, { files: Record<string, Buffer | string>; message: string }> = {
    "no labels": {
      files: { "train-labels-idx1-ubyte.gz": "" },
      message:
        "train-images-idx3-ubyte: its labels are missing. Expected train-labels-idx1-ubyte or train-labels-idx1-ubyte.gz beside it",
    },
    "no training images": {
      files: { "train-images-idx3-ubyte": "" },
      message: "it has no training images. Expected train-images-idx3-ubyte or train-images-idx3-ubyte.gz",
    },
    "fewer labels than images": {
      files: { "train-labels-idx1-ubyte.gz": gzipSync(idx(0x0801, [5], Uint8Array.of(0, 1, 2, 0, 1))) },
      message: "train-labels-idx1-ubyte.gz: it has 5 labels, but ",
    },
    "a wrong magic number": {
      files: { "train-images-idx3-ubyte": idx(0x0d03, [6, 3, 4], bytes(72)) },
      message: "its magic number is 0x00000d03. Expected 0x00000803, that of an IDX file of images",
    },
    "labels for images": {
      files: { "train-images-idx3-ubyte": idx(0x0801, [72], bytes(72)) },
      message:
        "its magic number is 0x00000801 (an IDX file of labels). Expected 0x00000803, that of an IDX file of images",
    },
    "a body cut short": {
      files: { "train-images-idx3-ubyte": images.subarray(0, 80) },
      message: "its header declares 6x3x4 = 72 bytes, but the file has 64. Download the file again.",
    },
    "a body too long": {
      files: { "train-images-idx3-ubyte": Buffer.concat([images, Buffer.alloc(9)]) },
      message: "its header declares 6x3x4 = 72 bytes, but the file has more",
    },
    "a header cut short": {
      files: { "train-images-idx3-ubyte": images.subarray(0, 9) },
      message: "it has 9 bytes. Expected an IDX file, which has at least 16",
    },
    "a header that promises too much": {
      files: { "train-images-idx3-ubyte": idx(0x0803, [4_000_000_000, 1000, 1000], bytes(72)) },
      message: "its header declares 4000000000x1000x1000 = 4000000000000000 bytes, but the whole file has 88",
    },
    "images of 5,000 pixels a side": {
      files: { "train-images-idx3-ubyte": gzipSync(idx(0x0803, [6, 1, 5000], bytes(30_000))) },
      message: "its images have 5000x1 pixels. Expected at most 4096 per side",
    },
    // The labels' body is damaged, which nobody sees who does not unpack it.
    "300 million packed labels for six images, which are not unpacked": {
      files: {
        "train-labels-idx1-ubyte.gz": Buffer.concat([
          gzipSync(idx(0x0801, [300_000_000], new Uint8Array(2 ** 20))),
          Buffer.alloc(400_000, 7),
        ]),
      },
      message: "train-labels-idx1-ubyte.gz: it has 300000000 labels, but ",
    },
    "a truncated gz": {
      files: { "train-images-idx3-ubyte": packed.subarray(0, packed.length - 20) },
      message: "its gzip data are truncated after ",
    },
    "a damaged gz": {
      files: { "train-images-idx3-ubyte": broken },
      message: "its gzip data are damaged after ",
    },
    "a label outside of the training classes": {
      files: { "t10k-labels-idx1-ubyte": idx(0x0801, [4], Uint8Array.of(2, 1, 3, 2)) },
      message: "t10k-labels-idx1-ubyte: label 2 is 3. Expected 0 to 2, by the training labels",
    },
    "a label without a name": {
      files: { "classes.txt": "cat\ndog\n" },
      message: "label 2 is 2. Expected 0 to 1, by the class names",
    },
    "one class": {
      files: { "train-labels-idx1-ubyte.gz": gzipSync(idx(0x0801, [6], new Uint8Array(6))) },
      message: "it has 1 class. Expected labels of at least two classes",
    },
    "a name twice": {
      files: { "classes.txt": "\uFEFFcat\ndog\ncat\n" },
      message: "classes.txt: it names 1 class twice: 'cat' (labels 0 and 2). Expected a different name for each label",
    },
    "names that are equal after normalization": {
      files: { "classes.txt": "caf\u00e9\ncafe\u0301\ndog\n" },
      message: "'caf\u00e9' (labels 0 and 1)",
    },
    "one name": {
      files: { "classes.txt": "cat\n" },
      message: "classes.txt: it names 1 class. Expected one name per line, and at least two",
    },
    "test images of another size": {
      files: { "t10k-images-idx3-ubyte.gz": idx(0x0803, [4, 4, 3], bytes(48)) },
      message: "its images are 4x3. Expected 3x4, the size of those in ",
    },
    "no images": {
      files: {
        "train-images-idx3-ubyte": idx(0x0803, [0, 28, 28], bytes(0)),
        "train-labels-idx1-ubyte.gz": idx(0x0801, [0], bytes(0)),
        "classes.txt": "cat\ndog\n",
      },
      message: "it has 0 images of 28x28 pixels. Expected at least one",
    },
    "two sets": {
      files: { "letters-train-images-idx3-ubyte": images, "letters-train-labels-idx1-ubyte": labels },
      message: "are its train images. Keep one of them in the folder.",
    },
  };

  test.each(Object.entries(CASES))("%s", async (_, { files, message }) => {
    const folder = folderWith({ ...whole, ...files });
    for (const [name, content] of Object.entries(files)) if (content === "") rmSync(join(folder, name));
    const error = await openDataSet(folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toContain(message);
    expect((error as DataError).message).toContain(folder);
  });
});

describe("EMNIST", () => {
  const image = Uint8Array.of(1, 4, 2, 5, 3, 6);
  const letters = (labels: readonly number[]): Record<string, Buffer> => {
    const images = Buffer.concat(labels.map((label) => image.map((value) => value + label)));
    const part = (word: string) => ({
      [`emnist-letters-${word}-images-idx3-ubyte`]: idx(0x0803, [labels.length, 3, 2], images),
      [`emnist-letters-${word}-labels-idx1-ubyte.gz`]: gzipSync(idx(0x0801, [labels.length], Uint8Array.from(labels))),
    });
    return { ...part("train"), ...part("test") };
  };

  test("has images column by column, and labels with the characters of its mapping", async () => {
    const mapping = "1 65 97\n2 66 98\n3 67 99\n";
    const folder = folderWith({ ...letters([1, 3, 2]), "emnist-letters-mapping.txt": mapping });
    const { train, classNames, imageShape } = await openDataSet(folder);
    expect({ classNames, imageShape, labels: [...train.labels] }).toEqual({
      classNames: ["A", "B", "C"],
      imageShape: [1, 2, 3],
      labels: [0, 2, 1],
    });
    const pixels = new Uint8Array(6);
    train.read(0, pixels);
    expect([...pixels]).toEqual([2, 3, 4, 5, 6, 7]);
  });

  test("has the letters of the alphabet from label 1 without a mapping", async () => {
    const { classNames, train } = await openDataSet(folderWith(letters([1, 26, 2])));
    expect([classNames.length, classNames[25], ...train.labels]).toEqual([26, "Z", 0, 25, 1]);
  });

  test.each([
    ["1 65\n3 66\n", "line 2 is not a label and the code of its character. Expected label 2"],
    ["1 x\n", "line 1 is not a label and the code of its character"],
    ["\n", "it has no classes"],
    ["2 65\n3 66\n4 67\n", "label 0 is 1. Expected at least 2"],
  ])("refuses the mapping %j", async (mapping, problem) => {
    const folder = folderWith({ ...letters([1, 3, 2]), "emnist-letters-mapping.txt": mapping });
    await expect(openDataSet(folder)).rejects.toThrow(problem);
  });
});
