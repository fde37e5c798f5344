import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { openFolder } from "../src/files/open-folder.ts";
import { folderFormat } from "../src/formats/folder/folder-format.ts";
import { type ScanOptions, scanFolder } from "../src/formats/folder/scan.ts";
import type { ReadContext } from "../src/formats/format.ts";
import { newFolder } from "./temporary.ts";

const AB = ["a", "b"];

/** Returns a path for each class in each part. */
const each = (parts: readonly string[], classes: readonly string[] = AB): readonly string[] =>
  parts.flatMap((part) => classes.map((name) => `${part}/${name}`));

/** Creates a folder named `data`, with an image in each of its folders, and empty files. */
function make(folders: readonly string[], files: readonly string[] = []): string {
  const root = join(newFolder(), "data");
  const images = folders.map((path) =>
    /\.jpg$/.test(path) ? path : `${path}/${path.split("/").slice(-2).join("-")}.jpg`,
  );
  for (const path of [...images, ...files]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), "");
  }
  return root;
}

/** Returns the paths of a scan's images by part and class: "train: a b; test: a b". */
function summary(root: string, options?: ScanOptions): string {
  const { images, classNames } = scanFolder(openFolder(root), options);
  const parts = [...new Set(images.map(({ part }) => part))];
  return parts
    .map((part) => {
      const own = new Set(images.filter((image) => image.part === part).map(({ className }) => className));
      return `${part}: ${classNames.filter((name) => own.has(name)).join(" ")}`;
    })
    .join("; ");
}

const TRAIN = "train: a b";
const VALIDATED = "train: a b; validation: a b";
const TESTED = "train: a b; test: a b";
const ALL = "train: a b; validation: a b; test: a b";

/** Layouts as archives have them: their origin, their folders, how they are read, and further files. */
const READ: readonly (readonly [
  origin: string,
  folders: readonly string[],
  parts: string,
  files?: readonly string[],
])[] = [
  ["ImageNet of Kaggle", each(["ILSVRC/Data/CLS-LOC/train", "ILSVRC/Data/CLS-LOC/val"]), VALIDATED],
  ["ImageNet's archives", each(["ILSVRC2012_img_train", "ILSVRC2012_img_val"]), VALIDATED],
  ["Caltech 101", each(["caltech-101/101_ObjectCategories"]), TRAIN],
  ["Food-101", each(["food-101/images"]), TRAIN, ["food-101/meta/train.txt", "food-101/meta/classes.txt"]],
  ["Food-11", each(["training", "validation", "evaluation"]), ALL],
  ["EuroSAT of torchvision", each(["eurosat/2750"]), TRAIN],
  ["DTD", each(["dtd/images"]), TRAIN, ["dtd/labels/train1.txt", "dtd/imdb/imdb.mat"]],
  ["TensorFlow's flowers", each(["flower_photos"]), TRAIN, ["flower_photos/LICENSE.txt"]],
  ["Keras's cats and dogs", each(["cats_and_dogs_filtered/train", "cats_and_dogs_filtered/validation"]), VALIDATED],
  ["Keras's rock, paper, scissors", each(["rps", "rps-test-set"]), TESTED],
  ["horses and humans, twice", [...each(["h/train", "h/val"]), ...each(["train", "val"])], VALIDATED],
  ["hymenoptera of PyTorch's tutorial", each(["hymenoptera_data/train", "hymenoptera_data/val"]), VALIDATED],
  ["Stanford cars", each(["car_data/car_data/train", "car_data/car_data/test"]), TESTED, ["names.csv"]],
  ["525 birds", [...each(["train", "valid", "test"]), "images to predict"], ALL, ["birds.csv"]],
  ["retinal OCT", each(["OCT2017 /train", "OCT2017 /val", "OCT2017 /test"]), ALL],
  ["fruits-360, 100x100", each(["fruits_100x100/fruits-360/Training", "fruits_100x100/fruits-360/Test"]), TESTED],
  [
    "plant diseases",
    [...each(["Plants(Aug)/Plants(Aug)/train", "Plants(Aug)/Plants(Aug)/valid"]), "test/test"],
    VALIDATED,
  ],
  ["waste", each(["DATASET/TRAIN", "DATASET/TEST"]), TESTED],
  ["faces, real and fake", each(["rvf/real-vs-fake/train", "rvf/real-vs-fake/valid", "rvf/real-vs-fake/test"]), ALL],
  ["train2017 and val2017", each(["train2017", "val2017"]), VALIDATED],
  ["folders with a date of copying", each(["train (1)", "test (1)"]), TESTED],
  ["parts after the data's name", each(["pets-train", "pets-test"]), TESTED],
  ["train_val and test", each(["train_val", "test"]), TESTED],
  ["splits in a folder", each(["splits/01_train", "splits/02_val", "splits/03_test"]), ALL],
  ["nested folders of the same part", each(["train_folder/train", "test_folder/test"]), TESTED],
  ["folders of a script", each(["base_dir/train_dir", "base_dir/val_dir"]), VALIDATED],
  ["parts in Indonesian", each(["latih", "validasi", "uji"]), ALL],
  ["parts in Turkish", each(["Eğitim", "Doğrulama", "Test"]), ALL],
  ["Hugging Face's imagefolder", each(["data/train", "data/test"]), TESTED, ["README.md"]],
  ["ultralytics' classification", each(["set-160/train", "set-160/test"]), TESTED],
  ["Roboflow's Folder Structure", each(["train", "valid", "test"]), ALL, ["README.dataset.txt", "README.roboflow.txt"]],
  ["Teachable Machine's samples", ["Class 1-samples", "Class 2-samples"], "train: Class 1 Class 2"],
  ["parts within classes", each(AB, ["train", "test"]), TESTED],
  ["parts within classes, below a folder", each(["set/a", "set/b"], ["Train", "val", "Test"]), ALL],
  ["masks beside the images of a class", each(["Set/a", "Set/b"], ["images", "masks"]), TRAIN],
  ["masks within parts", each(["Train/a", "Train/b", "Test/a", "Test/b"], ["images", "lung masks"]), TESTED],
  ["faces with and without mask", ["with_mask", "without_mask"], "train: with_mask without_mask"],
  ["digits", each(["train", "test"], ["0", "1", "10", "2"]), "train: 0 1 2 10; test: 0 1 2 10"],
  ["ages", ["100", "20", "3"], "train: 3 20 100"],
  ["numbers beside words", ["10", "2", "other"], "train: 10 2 other"],
];

const FOLDS = each(["fold1", "fold2", "fold10"]);
const TREE = ["animal/dog", "animal/cat", "vehicle/car"];

/** Layouts with options: what they are, their folders, options, how they are read, and the reading in words. */
const CHOSEN: readonly (readonly [
  what: string,
  folders: readonly string[],
  options: ScanOptions,
  parts: string,
  reading: string,
])[] = [
  [
    "a fold by its number",
    FOLDS,
    { fold: 10 },
    TESTED,
    "training part from folds 1, 2, test part from fold 10 (fold10)",
  ],
  ["folds from 0", each(["Fold_0_data", "Fold_1_data"]), { fold: 0 }, TESTED, "test part from fold 0 (Fold_0_data)"],
  ["folds named as numbers", each(["1", "2", "10"]), { fold: 10 }, TESTED, "training part from folds 1, 2"],
  ["folds by letters", each(["fold_a", "fold_b"]), { fold: 2 }, TESTED, "test part from fold 2 (fold_b)"],
  ["all folds", FOLDS, { fold: 2, folds: "all" }, TESTED, "training part from folds 1, 10"],
  ["the number of folds", FOLDS, { fold: 2, folds: 3 }, TESTED, "test part from fold 2 (fold2)"],
  ["folds in a folder", each(["x/folds/1-fold", "x/folds/2-fold"]), { fold: 1 }, TESTED, "(x/folds/1-fold)"],
  ["folds of the training part", each(["train/fold1", "train/fold2", "test"]), { fold: 1 }, TESTED, "(train/fold1)"],
  ["folds beside a validation part", each(["fold1", "fold2", "val"]), { fold: 2 }, ALL, "validation part from val"],
  [
    "folds with parts of their own",
    each(["fold_1/train", "fold_1/val", "fold_2/train", "fold_2/val"]),
    { fold: 2 },
    VALIDATED,
    "train part from fold_2/train, validation part from fold_2/val",
  ],
  ["the first class level", TREE, { classLevel: 1 }, "train: animal vehicle", "classes at class level 1"],
  ["the second class level", TREE, { classLevel: 2 }, "train: car cat dog", "classes at class level 2"],
  [
    "the third class level of both parts",
    each(["train/a/b", "test/a/b"], ["c", "d"]),
    { classLevel: 3 },
    "train: c d; test: c d",
    "train part from train, test part from test; classes at class level 3",
  ],
  [
    "folders of the same name at a class level",
    ["pear/fresh", "pear/wild", "apple/fresh"],
    { classLevel: 2 },
    "train: apple/fresh pear/fresh wild",
    "class level 2",
  ],
  ["a class level of folders that share names", each(["x", "y"]), { classLevel: 1 }, "train: x y", "class level 1"],
  [
    "the classes of a model by their last names",
    ["x/cat", "y/cat", "y/dog"],
    { classLevel: 2, classes: ["dog", "cat"] },
    "train: cat dog",
    "class level 2",
  ],
];

/** Refused layouts: what they are, their folders, options, and parts of the message. */
const REFUSED: readonly (readonly [
  what: string,
  folders: readonly string[],
  options: ScanOptions,
  says: readonly string[],
  files?: readonly string[],
])[] = [
  [
    "a fold that is not there",
    FOLDS,
    { fold: 3 },
    ["fold = 3, but the data have the folds 1, 2, 10. Set fold = 1 to test on that fold."],
  ],
  [
    "another number of folds",
    FOLDS,
    { fold: 1, folds: 5 },
    [
      "folds = 5, but it has 3 folders of folds (fold1, fold2, fold10)",
      'Set folds = "all" to use these folders, or set trainFolder = ["fold1","fold2","fold10"] to divide all of their images into 5 new folds.',
    ],
  ],
  ["folds without classes", ["fold1", "fold2"], { fold: 1 }, ["its fold 'fold1' has images and no folders of classes"]],
  [
    "a class level without folders",
    TREE,
    { classLevel: 3 },
    [
      "classLevel = 3, but no folder of images is that deep",
      "At class level 1 are animal, vehicle. Set classLevel = 1 to use them.",
    ],
  ],
  [
    "YOLO's labels beside the images",
    ["a.jpg", "b.jpg"],
    {},
    ["YOLO's text files", "'a.txt'"],
    ["a.txt", "classes.txt"],
  ],
  ["Darknet", ["obj_train_data/a.jpg"], {}, ["YOLO's text files"], ["obj_train_data/a.txt", "obj.names"]],
  ["COCO128", ["images/train2017/a.jpg"], {}, ["YOLO's text files"], ["labels/train2017/a.txt"]],
  ["Roboflow's COCO", ["train", "valid"], {}, ["a JSON file"], ["train/_annotations.coco.json"]],
  ["Roboflow's Pascal VOC", ["train/a.jpg", "valid"], {}, ["Pascal VOC's XML files"], ["train/a.xml"]],
  [
    "Pascal VOC's archive",
    ["VOCdevkit/VOC2012/JPEGImages"],
    {},
    ["Pascal VOC"],
    ["VOCdevkit/VOC2012/Annotations/1.xml"],
  ],
];

describe("real layouts", () => {
  for (const [origin, folders, parts, files] of READ) {
    test(origin, () => expect(summary(make(folders, files))).toBe(parts));
  }
  for (const [what, folders, options, parts, reading] of CHOSEN) {
    test(`with options: ${what}`, () => {
      const root = make(folders);
      expect(summary(root, options)).toBe(parts);
      expect(scanFolder(openFolder(root), options).reading).toContain(reading);
    });
  }
  for (const [what, folders, options, says, files] of REFUSED) {
    test(`refused: ${what}`, () => {
      const root = make(folders, files);
      for (const text of says) expect(() => scanFolder(openFolder(root), options)).toThrow(text);
    });
  }
});

test("the findings name the parts and masks that are left out", () => {
  const { findings } = scanFolder(openFolder(make(each(["fold1", "fold2", "test"]))), { fold: 2 });
  expect(findings).toEqual(["test is left out, because fold 2 is the test part."]);
  expect(scanFolder(openFolder(make(each(AB, ["images", "masks"])))).findings).toEqual([
    "Masks beside the images of a class are left out: a/masks, b/masks.",
  ]);
});

test("the levels below the classes are other readings", async () => {
  const files = openFolder(make(["a/b/c", "a/b/d", "e/f/g"]));
  const [, ...others] = await folderFormat.find(files, {}, {} as ReadContext);
  expect(others.map(({ description, choice }) => [description, choice])).toEqual([
    ["3 classes at class level 3", { classLevel: 3 }],
  ]);
  const images = await others[0]?.load();
  expect(images?.classNames).toEqual(["c", "d", "g"]);
});
