import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { openFolder } from "../src/files/open-folder.ts";
import { imageLayout } from "../src/formats/numpy/image-layout.ts";
import { pixelsOf } from "../src/formats/numpy/read-pixels.ts";
import { openArray } from "../src/formats/numpy/stored-array.ts";
import { openNpz } from "../src/formats/numpy/zip-sources.ts";
import { type DataSet, openDataSet } from "../src/index.ts";
import { BOTH, openClassFolder, type Reference, TRAIN } from "./class-folder.ts";
import { folderWith, newFolder } from "./temporary.ts";

const ARRAYS = fileURLToPath(new URL("fixtures/arrays/", import.meta.url));
const open = (path: string): Promise<DataSet> =>
  openDataSet(join(ARRAYS, path), { validationShare: 0, cache: newFolder() });

/** The files that NumPy wrote, by the class folder with the same images and labels. */
const SAME: readonly (readonly [reference: Reference, files: readonly string[]])[] = [
  [
    {},
    [
      "keras.npz",
      "planes.npz",
      "shares.npz",
      "big-endian.npz",
      "fortran.npz",
      "fortran-planes.npz",
      "half.npz",
      "one-hot.npz",
      "parts",
      "shards",
      "files",
    ],
  ],
  [{ parts: { ...BOTH, validation: [6, [0, 1, 2]] } }, ["medmnist.npz"]],
  [{ parts: TRAIN }, ["unlabeled-test.npz"]],
  [{ parts: TRAIN, channels: 1 }, ["unnamed.npz", "pair"]],
  [
    { parts: TRAIN, channels: 1, names: ["cat", "dog", "emu"] },
    ["names.npz", "texts.npz", "bytes.npz", "wide-texts.npz"],
  ],
  [{ parts: TRAIN, channels: 1, height: 4 }, ["flat.npz", "flat-fortran.npz"]],
  [{ parts: TRAIN, channels: 1, change: (value) => (value > 60 ? 255 : 0) }, ["bool.npz"]],
];

test("arrays of NumPy have the fingerprint of the class folder with the same images", async () => {
  for (const [reference, files] of SAME) {
    const folder = await openClassFolder(reference);
    for (const file of files) {
      const data = await open(file);
      expect([file, data.kind, data.fingerprint]).toEqual([file, "numpy", folder.fingerprint]);
    }
  }
}, 30_000);

const REFUSED: Readonly<Record<string, string>> = {
  "object.npz": "object.npz/images: it is an array of Python objects (a pickle), which can run any program",
  "structured.npz": "structured.npz/images: it is a structured array, with several fields per element",
  "dates.npz": "dates.npz/labels: its elements are of the type <M8[D]",
  "complex.npz": "complex.npz/images: its elements are of the type <c8",
  "nan.npz": "nan.npz/images: element 20 is NaN",
  "signed.npz":
    "signed.npz/images: its pixels range from -1 to 0.678431. Expected 0 to 1 or 0 to 255. Rescale them, such as with x = (x + 1) / 2.",
  "deep.npz": "deep.npz/images: its pixels range from 0 to 54998. Expected 0 to 255",
  "two-ranges.npz": "two-ranges.npz/x_train: its pixels range from 0 to 1, but those of",
  "alpha.npz": "alpha.npz/images: its shape is 6x5x4x4",
  "last-axis.npz": "last-axis.npz/labels: it has 6 labels, but",
  "volumes.npz": "volumes.npz/images: its shape is 6x5x5x5",
  "flat-color.npz": "flat-color.npz/images: its shape is 6x60",
  "several-ones.npz": "several-ones.npz/labels: row 0 of its 6x3 labels has several ones",
  "shares-of-classes.npz": "row 0 of its 6x3 labels has the value 0.333333",
  "fraction.npz": "fraction.npz/labels: label 0 is 0.5",
  "negative.npz": "negative.npz/labels: label 0 is -1",
  "fewer-labels.npz": "fewer-labels.npz/labels: it has 4 labels, but",
  "other-sizes.npz": "other-sizes.npz/x_test: its images are 1x4x4 (channels, height, width). Expected 1x5x4",
  "unknown-label.npz": "unknown-label.npz/y_test: label 2 is 3. Expected one of the training labels: 0, 1, 2",
  "few-names.npz": "few-names.npz/labels: it has the label 2. Expected 0 to 1, by 2 class names in",
  "no-labels.npz": "no-labels.npz: its arrays are no images with labels: images (6x5x4 uint8)",
  "features.npz": "features.npz: its arrays are no images with labels: a (6x5x4 uint8), b (6x5x4 uint8), c (6 int64)",
  "one-class.npz": "one-class.npz/labels: it has 1 class",
  two: "a.npz/images: another array could be meant",
  "single.npy": "Use the folder with both files as the data",
};

test("arrays without a clear meaning are refused", async () => {
  for (const [file, message] of Object.entries(REFUSED)) {
    await expect(open(file), file).rejects.toThrow(message);
  }
}, 30_000);

test("damaged files are refused with their path, and a packed .npy file is unpacked", async () => {
  const keras = readFileSync(join(ARRAYS, "keras.npz"));
  const images = readFileSync(join(ARRAYS, "pair/images.npy"));
  const labels = readFileSync(join(ARRAYS, "pair/labels.npy"));
  const altered = Buffer.from(images);
  altered.write("(6, 5, 9, 1)", altered.indexOf("(6, 5, 4, 1)"));
  const cases: readonly (readonly [Record<string, Uint8Array>, RegExp])[] = [
    [{ "keras.npz": keras.subarray(0, 900) }, /keras\.npz: it cannot be read as the zip file/],
    [{ "keras.npz": images }, /keras\.npz: it cannot be read as the zip file/],
    [
      { "images.npy": images.subarray(0, 200), "labels.npy": labels },
      /images\.npy: its header declares 6x5x4x1 of uint8, which are 120 bytes, but the file has 72/,
    ],
    [{ "images.npy": images.subarray(0, 60), "labels.npy": labels }, /images\.npy: it has 60 bytes/],
    [
      { "images.npy": altered, "labels.npy": labels },
      /declares 6x5x9x1 of uint8, which are 270 bytes, but the file has 120/,
    ],
    [
      { "images.npy": Uint8Array.of(0x80, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), "labels.npy": labels },
      /those of a Python pickle/,
    ],
  ];
  for (const [files, message] of cases) await expect(openDataSet(folderWith(files))).rejects.toThrow(message);
  const packed = folderWith({ "images.npy.gz": gzipSync(images), "labels.npy": labels });
  const plain = await open("pair");
  const { fingerprint } = await openDataSet(packed, { validationShare: 0 });
  expect(fingerprint).toBe(plain.fingerprint);
});

test("an array in Fortran order is read in blocks", async () => {
  const files = openFolder(ARRAYS);
  const sources = await openNpz(files, "fortran-planes.npz");
  const array = await openArray(sources.find(({ name }) => name === "x_train") as (typeof sources)[number]);
  const layout = imageLayout("", array.shape, array.fortran);
  const read = async (block: number): Promise<Buffer> => {
    const pieces: Uint8Array[] = [];
    for await (const piece of pixelsOf(array, layout, 1, block)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  expect(array.fortran).toBe(true);
  expect(await read(130)).toEqual(await read(2 ** 20));
});

test("arrays beside image files leave the folder of classes its reading, and both are named if both could be meant", async () => {
  const classes = await openClassFolder({ parts: TRAIN, channels: 1 });
  const folder = classes.source;
  cpSync(join(ARRAYS, "single.npy"), join(folder, "features.npy"));
  const again = await openDataSet(folder, { imageSize: [5, 4], validationShare: 0 });
  expect([again.kind, again.fingerprint]).toEqual(["folder", classes.fingerprint]);
  writeFileSync(join(folder, "all.npz"), readFileSync(join(ARRAYS, "unnamed.npz")));
  await expect(openDataSet(folder)).rejects.toThrow(
    /can be read in 2 ways: NumPy arrays: train part from all.npz.arr_0; or train part from train/,
  );
  const chosen = await openDataSet(folder, { dataFormat: "numpy", validationShare: 0 });
  expect(chosen.fingerprint).toBe(classes.fingerprint);
});
