import { describe, expect, test } from "vitest";
import { open, openClassFolder, type ReadCase } from "./label-data.ts";

const named = (names: string): Record<string, number> =>
  Object.fromEntries(names.split(" ").map((name, i) => [name, i]));
const FOUR = named("images/cat/1.png images/cat/2.png images/dog/3.png images/dog/4.png");
const PARTS = { train: { cat: [0], dog: [2] }, test: { cat: [1], dog: [3] } };

const READ: readonly ReadCase[] = [
  {
    name: "CUB-200-2011",
    images: FOUR,
    files: {
      "images.txt": "1 cat/1.png\n2 cat/2.png\n3 dog/3.png\n4 dog/4.png\n",
      "image_class_labels.txt": "1 1\n2 1\n3 2\n4 2\n",
      "train_test_split.txt": "1 1\n2 0\n3 1\n4 0\n",
      "classes.txt": "1 cat\n2 dog\n",
    },
    parts: PARTS,
  },
  {
    name: "Food-101: paths without ending",
    images: FOUR,
    files: {
      "meta/train.txt": "cat/1\ndog/3\n",
      "meta/test.txt": "cat/2\ndog/4\n",
      "meta/classes.txt": "cat\ndog\n",
      "meta/labels.txt": "Cat\nDog\n",
    },
    parts: PARTS,
  },
  {
    name: "TrainImages.txt and TestImages.txt",
    images: FOUR,
    files: { "TrainImages.txt": "cat/1.png\ndog/3.png\n", "TestImages.txt": "cat/2.png\ndog/4.png\n" },
    parts: PARTS,
  },
  {
    name: "lists of paths and labels",
    images: named("a.png b.png c.png d.png"),
    files: { "train.txt": "a.png 0\nc.png 1\n", "test.txt": "b.png 0\nd.png 1\n", "classes.txt": "cat\ndog\n" },
    parts: PARTS,
  },
  {
    name: "paths with spaces",
    images: { "a/x 1.png": 0, "a/x 2.png": 1, "a/x_3.png": 2, "a/x_4.png": 3 },
    files: { "train.txt": "a/x 1.png cat\na/x_3.png dog\n", "test.txt": "a/x 2.png cat\na/x_4.png dog\n" },
    parts: PARTS,
  },
  {
    name: "labels of several words",
    images: named("i/01.png i/02.png i/03.png i/04.png"),
    files: { "images_train.txt": "01 cat\n03 big dog\n", "images_test.txt": "02 cat\n04 big dog\n" },
    parts: { train: { "big dog": [2], cat: [0] }, test: { "big dog": [3], cat: [1] } },
  },
  {
    name: "the Oxford pets",
    images: named("images/cat_1.png images/cat_2.png images/dog_3.png images/dog_4.png"),
    files: {
      "annotations/list.txt": "#Image CLASS-ID SPECIES BREED ID\ncat_1 1 1 1\ncat_2 1 1 1\ndog_3 2 2 1\ndog_4 2 2 1\n",
      "annotations/trainval.txt": "cat_1 1 1 1\ndog_3 2 2 1\n",
      "annotations/test.txt": "cat_2 1 1 1\ndog_4 2 2 1\n",
      "annotations/README": "words",
    },
    parts: PARTS,
  },
  {
    name: "Tiny ImageNet: val_annotations.txt and words.txt",
    images: named(
      "train/n00000001/images/n00000001_0.png val/images/val_0.png train/n00000002/images/n00000002_0.png val/images/val_1.png test/images/test_0.png",
    ),
    files: {
      "val/val_annotations.txt": "val_0.png\tn00000001\t0\t32\t44\t62\nval_1.png\tn00000002\t52\t55\t57\t59\n",
      "wnids.txt": "n00000002\nn00000001\n",
      "words.txt": "n00000001\tcat\nn00000002\tdog\nn00000003\tentity\n",
    },
    parts: { train: { cat: [0], dog: [2] }, validation: { cat: [1], dog: [3] } },
  },
  {
    name: "GTSRB: folders to train on, and a table of the test images",
    images: named(
      "Train/0/00_1.png Test/00000.png Train/1/01_1.png Test/00001.png Train/0/00_2.png Train/1/01_2.png Meta/0.png Meta/1.png",
    ),
    files: {
      "Train.csv":
        "Width,ClassId,Path\n27,0,Train/0/00_1.png\n28,0,Train/0/00_2.png\n27,1,Train/1/01_1.png\n27,1,Train/1/01_2.png\n",
      "Test.csv": "Width,ClassId,Path\n27,0,Test/00000.png\n28,1,Test/00001.png\n",
      "Meta.csv": "Path,ClassId,ShapeId\nMeta/0.png,0,1\nMeta/1.png,1,0\n",
    },
    parts: { train: { "0": [0, 4], "1": [2, 5] }, test: { "0": [1], "1": [3] } },
  },
];

describe("lists of images are read as the class folder with the same images", () => {
  test.each(READ)("$name", async (row) => {
    const found = await open(row);
    const folder = await openClassFolder(row.parts);
    expect(found.classNames).toEqual(folder.classNames);
    expect(found.fingerprint, `${found.reading}\n${found.report}`).toBe(folder.fingerprint);
  });
});
