import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { openDataSet } from "../src/index.ts";
import { bytes, folderWith, idx, newFolder } from "./temporary.ts";

/** An IDX data set of images of 2x2 pixels, one of a value and the others as `rest` makes them, with their labels. */
const setOf = (
  parts: Readonly<Record<"train" | "t10k", readonly (readonly [value: number, label: number])[]>>,
  rest: (value: number) => number = () => 255,
): string =>
  folderWith(
    Object.fromEntries(
      Object.entries(parts).flatMap(([word, images]) => [
        [
          `${word}-images-idx3-ubyte.gz`,
          gzipSync(
            idx(
              0x0803,
              [images.length, 2, 2],
              Uint8Array.from(images.flatMap(([value]) => [value, rest(value), rest(value), rest(value)])),
            ),
          ),
        ],
        [
          `${word}-labels-idx1-ubyte`,
          idx(
            0x0801,
            [images.length],
            Uint8Array.from(images, ([, label]) => label),
          ),
        ],
      ]),
    ),
  );

test("duplicates are found within and across parts, and so are contradicting labels", async () => {
  const folder = setOf({
    train: [
      [1, 0],
      [2, 1],
      [1, 0],
      [3, 1],
      [2, 0],
    ],
    t10k: [
      [9, 1],
      [3, 1],
      [9, 1],
    ],
  });
  const { report } = await openDataSet(folder);
  expect(report.duplicates.map(({ name, of, sameClass }) => [name, of.name, sameClass])).toEqual([
    ["train 2", "train 0", true],
    ["train 4", "train 1", false],
    ["test 1", "train 3", true],
    ["test 2", "test 0", true],
  ]);
  expect(report.duplicates[2]).toMatchObject({ part: "test", index: 1, of: { part: "train", index: 3 } });
  expect(report.findings).toEqual([
    "1 class has no test images: 0.",
    "2 training images repeat an earlier one, byte for byte: train 2 is train 0, train 4 is train 1.",
    "1 test image is also in the training part, which makes the result too good: test 1 is train 3.",
    "1 test image repeats an earlier one, byte for byte: test 2 is test 0.",
    "1 of them has two different labels: train 4 is train 1.",
  ]);
});

test("classes of different sizes, and classes absent from a part, are reported", async () => {
  const folder = setOf({
    train: [
      [1, 0],
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 2],
      [6, 2],
    ],
    t10k: [[7, 0]],
  });
  const { report } = await openDataSet(folder);
  expect(report.imbalance).toBe(3);
  expect(report.findings).toEqual([
    "The classes differ in size: 1 has 3 training images, 0 1. Compare the balanced accuracy, the mean over the classes.",
    "2 classes have no test images: 1, 2.",
  ]);
});

test("images of a single color are named per part", async () => {
  const folder = setOf({
    train: [
      [1, 0],
      [255, 0],
      [255, 1],
      [2, 1],
    ],
    t10k: [
      [3, 0],
      [255, 1],
    ],
  });
  const { report } = await openDataSet(folder);
  expect(report.findings.filter((finding) => finding.includes("color"))).toEqual([
    "2 training images are of a single color: train 1, train 2.",
    "1 test image is of a single color: test 1.",
  ]);
});

test("as text it is a table of counts with the findings below", async () => {
  const folder = setOf({
    train: [
      [1, 0],
      [2, 1],
    ],
    t10k: [
      [3, 0],
      [4, 1],
      [5, 1],
    ],
  });
  const { report, name } = await openDataSet(folder);
  expect(String(report)).toBe(
    [
      `${name}: 2 classes of 2x2 gray images`,
      "train  test  class",
      "    1     1  0",
      "    1     2  1",
      "    2     3  all",
    ].join("\n"),
  );
});

test("the fingerprint depends on bytes, labels, class names and order", async () => {
  const files = {
    "train-images-idx3-ubyte": idx(0x0803, [4, 2, 2], bytes(16)),
    "train-labels-idx1-ubyte": idx(0x0801, [4], Uint8Array.of(0, 1, 0, 1)),
    "classes.txt": "a\nb\n",
  };
  const of = async (changed: object, options = {}): Promise<string> =>
    (await openDataSet(folderWith({ ...files, ...changed }), { validationShare: 0, ...options })).fingerprint;
  const other = bytes(16);
  other[15] = (other[15] as number) ^ 1;
  const found = [
    await of({}),
    await of({ "train-images-idx3-ubyte": idx(0x0803, [4, 2, 2], other) }),
    await of({ "train-labels-idx1-ubyte": idx(0x0801, [4], Uint8Array.of(0, 1, 1, 0)) }),
    await of({ "classes.txt": "a\nc\n" }),
    await of({}, { validationShare: 0.5 }),
    await of({}, { trainLimit: 3 }),
  ];
  expect(new Set(found).size).toBe(found.length);
  expect(await of({}, { cache: newFolder(), memoryLimit: 0 })).toBe(found[0]);
});

test("mean and deviation are those of the training part per channel, and no deviation is 0", async () => {
  const { normalization } = await openDataSet(
    setOf(
      {
        train: [
          [0, 0],
          [255, 1],
          [51, 0],
        ],
        t10k: [[99, 0]],
      },
      (value) => value,
    ),
  );
  expect(normalization.mean[0]).toBeCloseTo(0.4, 12);
  expect(normalization.std[0]).toBeCloseTo(Math.sqrt((0.16 + 0.36 + 0.04) / 3), 12);
  const flat = await openDataSet(
    setOf(
      {
        train: [
          [7, 0],
          [7, 1],
        ],
        t10k: [[99, 0]],
      },
      (value) => value,
    ),
  );
  expect(flat.normalization.std).toEqual([1 / 255]);
});
