import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { DataError, type DataOptions, type DataSet, openDataSet } from "../src/index.ts";
import { BOTH, openClassFolder, type Reference, TRAIN } from "./class-folder.ts";
import { folderWith, newFolder } from "./temporary.ts";

const CONTAINERS = fileURLToPath(new URL("fixtures/containers/", import.meta.url));
const open = (path: string, options: DataOptions = {}): Promise<DataSet> =>
  openDataSet(join(CONTAINERS, path), { validationShare: 0, cache: newFolder(), imageSize: [5, 4], ...options });

const NAMES = ["cat", "dog", "emu"];

/** The containers that other programs wrote, by the class folder with the same images and labels. */
const SAME: readonly (readonly [reference: Reference, format: string, paths: readonly string[]])[] = [
  [{ names: NAMES }, "parquet", ["hub", "hub/data"]],
  [{}, "webdataset", ["shards"]],
  [{ names: NAMES }, "webdataset", ["named-shards", "text-shards"]],
  [{ names: NAMES }, "tfrecord", ["tfds"]],
  [{ parts: TRAIN }, "tfrecord", ["tfds-gz"]],
  [{ names: NAMES, parts: { ...TRAIN, validation: BOTH.test } }, "tfrecord", ["slim"]],
  [{ names: NAMES, height: 96, width: 96 }, "stl10", ["stl10_binary"]],
  [
    { names: NAMES, parts: TRAIN },
    "parquet",
    [
      "codecs/none.parquet",
      "codecs/gzip.parquet",
      "codecs/brotli.parquet",
      "codecs/lz4.parquet",
      "codecs/snappy.parquet",
      "parquet/bytes.parquet",
      "parquet/fine.parquet",
      "parquet/secret.parquet",
    ],
  ],
];

test("containers have the fingerprint of the class folder with the same images", async () => {
  for (const [reference, format, paths] of SAME) {
    const folder = await openClassFolder(reference);
    for (const path of paths) {
      const { height = 5, width = 4 } = reference;
      const data = await open(path, format === "stl10" ? {} : { imageSize: [height, width] });
      expect([path, data.kind, data.fingerprint]).toEqual([path, format, folder.fingerprint]);
    }
  }
}, 30_000);

test("options choose the columns of a Parquet file, and an ambiguous one lists them", async () => {
  await expect(open("parquet/columns.parquet")).rejects.toThrow(
    "columns.parquet: its columns left, right could be the images. Expected one. Set imageColumn = \"left\" to read 'left', or set imageColumn = \"right\" to read 'right'.",
  );
  const options = { imageColumn: "left", labelColumn: "kind" };
  const { fingerprint } = await open("parquet/columns.parquet", options);
  expect(fingerprint).toBe((await openClassFolder({ parts: TRAIN })).fingerprint);
  await expect(open("parquet/columns.parquet", { imageColumn: "middle" })).rejects.toThrow(
    "it has no column 'middle' of images. Expected one of its columns: left, right, kind, mood",
  );
});

test("images without a label are counted, and a memory limit moves the images to a file", async () => {
  const data = await open("parquet/secret.parquet", { memoryLimit: 100 });
  expect(data.report.findings).toContain("3 images have no label and cannot be used.");
  expect(data.fingerprint).toBe((await open("parquet/secret.parquet")).fingerprint);
});

const REFUSED: Readonly<Record<string, string>> = {
  "refused/paths.parquet": "paths.parquet, row 0: its column 'image' has only the path \"a.png\"",
  "refused/numbers.parquet":
    "numbers.parquet: it has no column that is named or stored like images. Its columns are a, b. Set imageColumn = ",
  "refused/unlabeled.parquet":
    "unlabeled.parquet: it has no column that is named or stored like labels. Its columns are image.",
  "refused/lists.parquet": "lists.parquet, row 0: its column 'label' is a list of 1",
  "refused/raw.tfrecord": "raw.tfrecord, record 0: it has no image, but the features text, score",
  "refused/captions.tar": "6 of its 6 .txt files differ, as captions do",
  "refused/secret.parquet": "it has no labeled training images: 6 images have no label",
};

test("containers without images and labels are refused", async () => {
  for (const [path, message] of Object.entries(REFUSED)) {
    await expect(open(path), path).rejects.toThrow(message);
  }
});

test("damaged containers are refused with their path", async () => {
  const read = (path: string): Buffer => readFileSync(join(CONTAINERS, path));
  const record = read("tfds/pets-train.tfrecord-00000-of-00001");
  const altered = Buffer.from(record);
  altered[60] = 255 - (record[60] as number);
  const labels = { "train_y.bin": Uint8Array.of(1, 2), "class_names.txt": "cat\ndog\n" };
  const cases: readonly (readonly [Record<string, Uint8Array | string>, RegExp])[] = [
    [{ "a.parquet": read("codecs/gzip.parquet").subarray(0, 900) }, /a\.parquet: it cannot be read as a Parquet file/],
    [{ "a.tfrecord": record.subarray(0, 100) }, /a\.tfrecord, record 0: it declares \d+ bytes, but the file ends/],
    [{ "a.tfrecord": altered }, /a\.tfrecord, record 0: its checksum differs/],
    [{ "a.tfrecord": read("shards/test-000000.tar") }, /a\.tfrecord, record 0: the checksum of its length differs/],
    [{ "a.tar": read("shards/test-000000.tar").subarray(0, 1700) }, /a\.tar: /],
    [
      { ...labels, "train_X.bin": new Uint8Array(27648) },
      /train_X\.bin: it has 27648 bytes, but .*train_y\.bin has 2 labels/,
    ],
    [{ ...labels, "train_X.bin": new Uint8Array(3 * 27648) }, /train_X\.bin: it has more images, but/],
  ];
  for (const [files, message] of cases) await expect(openDataSet(folderWith(files))).rejects.toThrow(message);
});

test("a shard is read from its unpacked files too", async () => {
  const folder = newFolder();
  execFileSync("tar", ["-xf", join(CONTAINERS, "named-shards/train/0.tar"), "-C", folder]);
  execFileSync("tar", ["-xf", join(CONTAINERS, "shards/train-000000.tar"), "-C", folder]);
  const data = await openDataSet(folder, { validationShare: 0, cache: newFolder(), imageSize: [5, 4] });
  expect([data.kind, data.train.length]).toEqual(["webdataset", 6]);
});

test("a shard that is cut anywhere is refused in a sentence, or read as far as it is whole", async () => {
  const shard = readFileSync(join(CONTAINERS, "shards/test-000000.tar"));
  const problems: unknown[] = [];
  for (let length = 100; length < 4000; length += 300) {
    const opened = openDataSet(folderWith({ "a.tar": shard.subarray(0, length) }), { cache: newFolder() });
    await opened.catch((error: unknown) => problems.push(error));
  }
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) expect(problem).toBeInstanceOf(DataError);
});

test("a truncated .npz file is refused in sentences that end once", async () => {
  const folder = folderWith({ "a.npz": Buffer.from("PK\x03\x04 and no end") });
  await expect(openDataSet(folder)).rejects.toThrow(
    /a\.npz: it cannot be read as the zip file .*[^.]\. Save or download the file again\.$/,
  );
});
