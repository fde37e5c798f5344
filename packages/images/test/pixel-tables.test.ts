import { expect, test } from "vitest";
import { DataError, type DataOptions, type DataSet, openDataSet } from "../src/index.ts";
import { folderWith, newFolder } from "./temporary.ts";

const cache = newFolder();
const open = (files: Record<string, string>, options: DataOptions = {}): Promise<DataSet> =>
  openDataSet(folderWith(files), { cache, ...options });

/** 4x4 gray images; the label is the first pixel modulo 2. */
const IMAGES = Array.from({ length: 6 }, (_, image) => Array.from({ length: 16 }, (_, i) => image + 10 * i));
const header = (names: (i: number) => string): string => Array.from({ length: 16 }, (_, i) => names(i)).join(",");
const row = (image: number): string => (IMAGES[image] as number[]).join(",");

function check(
  { train, test: tested, validation }: DataSet,
  parts: readonly (readonly number[])[],
  channels = 1,
): void {
  const sets = [train, validation, tested].filter((set) => set !== null);
  expect(sets.map((set) => [...set.labels])).toEqual(parts.map((images) => images.map((image) => image % 2)));
  sets.forEach((set, s) => {
    expect(set.imageShape).toEqual([channels, 4, 4]);
    (parts[s] as readonly number[]).forEach((image, i) => {
      const bytes = new Uint8Array(16 * channels);
      set.read(i, bytes, 0);
      expect([...bytes]).toEqual(IMAGES[image]);
    });
  });
}

const plain = { validationShare: 0 };

test("Kaggle's digits: a column per pixel, and a test table without labels", async () => {
  const rows = [0, 1, 2].map((image) => `${image % 2},${row(image)}`).join("\n");
  const data = await open(
    {
      "train.csv": `label,${header((i) => `pixel${i}`)}\n${rows}\n`,
      "test.csv": `${header((i) => `pixel${i}`)}\n${row(3)}\n`,
      "sample_submission.csv": "ImageId,Label\n1,0\n",
    },
    plain,
  );
  check(data, [[0, 1, 2]]);
  expect(data.report.findings).toContain("test.csv has no labels and is left out.");
  expect(data.reading).toBe("pixels and labels from train.csv");
});

test("the sign MNIST: a table per part, with the label at either end", async () => {
  const files = {
    "sign_mnist_train/sign_mnist_train.csv": `label,${header((i) => `pixel${i + 1}`)}\n0,${row(0)}\n1,${row(1)}\n`,
    "sign_mnist_test/sign_mnist_test.csv": `label,${header((i) => `pixel${i + 1}`)}\n0,${row(2)}\n1,${row(3)}\n`,
  };
  check(await open(files), [
    [0, 1],
    [2, 3],
  ]);
  check(
    await open({ "digits.csv": `${header((i) => `${i >> 2}x${i & 3}`)},label\n${row(4)},a\n${row(5)},b\n` }, plain),
    [[4, 5]],
  );
});

test("no header: the label comes first", async () => {
  check(await open({ "mnist.csv": [0, 1, 2, 3].map((image) => `${image % 2},${row(image)}`).join("\n") }, plain), [
    [0, 1, 2, 3],
  ]);
});

test("FER2013: pixels in a text, and the part in a column", async () => {
  const rows = IMAGES.map(
    (pixels, i) => `${i % 2},${pixels.join(" ")},${["Training", "PublicTest", "PrivateTest"][i >> 1]}`,
  );
  const files = { "fer2013.csv": `emotion,pixels,Usage\n${rows.join("\n")}\n` };
  check(await open(files), [
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
  const folder = folderWith({ ...files, "emotions.txt": "x" });
  const named = await openDataSet(`${folder}/fer2013.csv`, { cache });
  check(named, [
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
  expect(named.classNames).toEqual(["0", "1"]);
});

test("colors come with the channels of a pixel side by side; fractions of 1 are scaled", async () => {
  const wide = Array.from({ length: 48 }, (_, i) => `pixel${String(i).padStart(4, "0")}`).join(",");
  const values = Array.from({ length: 48 }, (_, i) => i);
  const data = await open({ "rgb.csv": `${wide},label\n${values},a\n${values.map((value) => value + 1)},b\n` }, plain);
  const bytes = new Uint8Array(48);
  data.train.read(0, bytes, 0);
  expect([...bytes.slice(0, 3), bytes[16], bytes[32]]).toEqual([0, 3, 6, 1, 2]);
  const unit = IMAGES.map((pixels, i) => `${i % 2},${pixels.map((value) => value / 255)}`).join("\n");
  check(await open({ "unit.csv": `label,${header((i) => `p${i}`)}\n${unit}` }, plain), [[0, 1, 2, 3, 4, 5]]);
});

test("tables of pixels that are refused", async () => {
  const head = `label,${header((i) => `pixel${i}`)}`;
  const cases: readonly (readonly [string, string])[] = [
    [
      `${head}\n0,${row(0)}\n1,${row(1).replace("11", "300")}\n`,
      "line 3 has the pixel '300'. Expected numbers from 0 to 255",
    ],
    [`${head}\n0,${row(0)}\n1,${row(1)},7\n`, "line 3 has 17 pixels. Expected 16"],
    [`${head}\n0,${row(0)}\n0,${row(1)}\n`, "it has 1 class. Expected labels of at least two classes"],
    [`${head},pixel16\n0,${row(0)},1\n1,${row(1)},1\n`, "its images have 17 pixels. Expected square images"],
    [`${head}\n0,${row(0).replace("10,", "1.5,")}\n1,${row(1)}\n`, "its pixels have fractions and values up to 151"],
    [`id,${header((i) => `pixel${i}`)}\n1,${row(0)}\n`, "it has pixels, and no column of labels"],
  ];
  for (const [text, says] of cases) {
    const error = await open({ "digits.csv": text }).catch((refusal) => refusal);
    expect(error, says).toBeInstanceOf(DataError);
    expect(error.message).toContain(says);
  }
});
