import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { DataError, openDataSet } from "../src/index.ts";
import { imageOf } from "./memory-set.ts";
import { bytes, folderWith } from "./temporary.ts";

const image = (seed: number): Uint8Array => bytes(3072, seed);

/** A record for each list of label bytes. */
const records = (...labels: readonly (readonly number[])[]): Buffer =>
  Buffer.concat(labels.flatMap((label, i) => [Uint8Array.from(label), image(17 * (label.at(-1) as number) + i)]));

const CIFAR10 = {
  "data_batch_1.bin": records([3], [9]),
  "data_batch_2.bin": records([0]),
  // Numbers are sorted as numbers.
  "data_batch_10.bin": records([1]),
  "test_batch.bin": records([5]),
};

test("CIFAR-10's batches are read in order, with a label before each image", async () => {
  const data = await openDataSet(folderWith(CIFAR10));
  expect(data).toMatchObject({ kind: "cifar", imageShape: [3, 32, 32] });
  expect([...data.train.labels]).toEqual([3, 9, 0, 1]);
  expect([...(data.test?.labels ?? [])]).toEqual([5]);
  expect(imageOf(data.train, 1)).toEqual(image(17 * 9 + 1));
  expect(data.classNames.slice(0, 2)).toEqual(["airplane", "automobile"]);
});

test("CIFAR-100's fine labels are read with their names from the folder of its archive", async () => {
  const names = Array.from({ length: 100 }, (_, label) => `thing ${label}`);
  const folder = folderWith({
    "cifar-100-binary/train.bin": records([4, 60], [5, 99]),
    "cifar-100-binary/test.bin": records([4, 61]),
    "cifar-100-binary/fine_label_names.txt": `${names.join("\n")}\n\n`,
  });
  const data = await openDataSet(folder);
  expect([...data.train.labels]).toEqual([60, 99]);
  expect(data.classNames).toEqual(names);
  expect(imageOf(data.train, 0)).toEqual(image(17 * 60));
});

const BAD: Record<string, { files: Record<string, Buffer | string>; message: string }> = {
  "a file cut short": {
    files: { "data_batch_2.bin": records([0]).subarray(0, 3000) },
    message: "data_batch_2.bin: it has 3000 bytes. Expected a multiple of 3073, the size of a record of CIFAR-10",
  },
  "an empty file": {
    files: { "test_batch.bin": "" },
    message: "test_batch.bin: it has 0 bytes. Expected a multiple of 3073",
  },
  "a label outside": {
    files: { "data_batch_1.bin": records([3], [10]) },
    message: "data_batch_1.bin: label 1 is 10. Expected 0 to 9, by the classes of CIFAR-10",
  },
  "a packed file of a length that fits": {
    files: {
      "data_batch_2.bin": Buffer.concat([gzipSync(new Uint8Array(10 * 3073)), Buffer.alloc(3073)]).subarray(0, 3073),
    },
    message: "data_batch_2.bin: it is a gzip file. Expected the binary file. Unpack it",
  },
  "names of other classes": {
    files: { "batches.meta.txt": "cat\ndog\n" },
    message: "batches.meta.txt: it names 2 classes. Expected the 10 classes of CIFAR-10, one per line",
  },
};

test.each(Object.entries(BAD))("bad input: %s", async (_, { files, message }) => {
  const opening = openDataSet(folderWith({ ...CIFAR10, ...files }));
  await expect(opening).rejects.toThrow(DataError);
  await expect(opening).rejects.toThrow(message);
});

test("files in folders with their names, or with the archive's name, are found", async () => {
  for (const place of [(name: string) => `${name}/${name}`, (name: string) => `cifar-10-batches-bin/${name}`]) {
    const files = Object.fromEntries(Object.entries(CIFAR10).map(([name, content]) => [place(name), content]));
    const { kind, train } = await openDataSet(folderWith(files));
    expect([kind, ...train.labels]).toEqual(["cifar", 3, 9, 0, 1]);
  }
});

test.each([
  ["CIFAR-10", { "cifar-10-batches-py/data_batch_1": "", "cifar-10-batches-py/batches.meta": "" }],
  [
    "CIFAR-100",
    {
      "cifar-100-python/train": "",
      "cifar-100-python/test": "",
      "cifar-100-python/meta": "",
      "cifar-100-python/file.txt~": "",
    },
  ],
])("%s's files for Python are refused by name", async (_, files) => {
  await expect(openDataSet(folderWith(files))).rejects.toThrow(
    "these are CIFAR's files for Python. Expected the binary version",
  );
});

test("repeated class names are refused", async () => {
  const names = Array.from({ length: 100 }, (_, label) => `thing ${label % 99}`).join("\n");
  const folder = folderWith({ "train.bin": records([4, 60], [5, 99]), "fine_label_names.txt": names });
  await expect(openDataSet(folder)).rejects.toThrow("it names 1 class twice: 'thing 0' (labels 0 and 99)");
});
