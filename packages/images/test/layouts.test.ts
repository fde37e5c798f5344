import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { openFolder } from "../src/files/open-folder.ts";
import { checkAgainstTables } from "../src/formats/folder/folder-format.ts";
import { type ScanOptions, scanFolder } from "../src/formats/folder/scan.ts";
import { DataError } from "../src/index.ts";
import { newFolder } from "./temporary.ts";

/** A typical folder, and how it is read. */
interface Row {
  /** The name of the test. */
  readonly name: string;
  /** Folders with two images each, or with the number after a star. */
  readonly folders: readonly string[];
  /** Other files with their contents. */
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: ScanOptions;
}

interface ReadRow extends Row {
  readonly reading: string;
  /** Images by part and class. */
  readonly parts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly findings?: readonly (string | RegExp)[];
}

interface RefusedRow extends Row {
  /** The expected parts of the message. */
  readonly says: readonly (string | RegExp)[];
}

/** Creates the folder of a row, named `photos`. */
function make({ folders, files = {} }: Row): string {
  const root = join(newFolder(), "photos");
  mkdirSync(root);
  for (const spec of folders) {
    const [path, count = "2"] = spec.split("*") as [string, string?];
    mkdirSync(join(root, path), { recursive: true });
    const stem = path.replaceAll(/[^\p{L}\p{N}]+/gu, "-");
    for (let i = 0; i < Number(count); i++) writeFileSync(join(root, path, `${stem}-${i}.jpg`), "");
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const each = (parts: readonly string[], classes: readonly string[]): string[] =>
  parts.flatMap((part) => classes.map((name) => `${part}/${name}`));
const CATS = { cats: 2, dogs: 2 };
const classes = (names: string): Record<string, number> =>
  Object.fromEntries(names.split(" ").map((name) => [name, 2]));
const PER_CLASS = "one folder per class";

const READ: readonly ReadRow[] = [
  { name: "one folder per class", folders: ["cats", "dogs"], reading: PER_CLASS, parts: { train: CATS } },
  {
    name: "in a folder of an archive",
    folders: ["PetImages/cats", "PetImages/dogs"],
    files: { "readme[1].txt": "", "MSR-LA - 3467.docx": "" },
    reading: "one folder per class in PetImages",
    parts: { train: CATS },
  },
  {
    name: "in two folders of an archive",
    folders: ["archive/dataset/cats", "archive/dataset/dogs"],
    reading: "one folder per class in archive/dataset",
    parts: { train: CATS },
  },
  {
    name: "train, val and test",
    folders: each(["train", "val", "test"], ["cats", "dogs"]),
    reading: "train part from train, validation part from val, test part from test",
    parts: { train: CATS, validation: CATS, test: CATS },
  },
  {
    name: "Keras's course: training_set and test_set, with pictures to predict",
    folders: [...each(["dataset/training_set", "dataset/test_set"], ["cats", "dogs"]), "dataset/single_prediction"],
    reading: "train part from dataset/training_set, test part from dataset/test_set",
    parts: { train: CATS, test: CATS },
    findings: ["dataset/single_prediction has images and no folders of classes. It is left out."],
  },
  {
    name: "Intel's scenes: seg_train/seg_train, seg_test/seg_test, seg_pred",
    folders: [...each(["seg_train/seg_train", "seg_test/seg_test"], ["sea", "street"]), "seg_pred/seg_pred"],
    reading: "train part from seg_train/seg_train, test part from seg_test/seg_test",
    parts: { train: classes("sea street"), test: classes("sea street") },
    findings: [/^seg_pred has images and no folders of classes/],
  },
  {
    name: "the ASL alphabet: a test part without classes",
    folders: [...each(["asl_alphabet_train/asl_alphabet_train"], ["A", "B"]), "asl_alphabet_test/asl_alphabet_test"],
    reading: "train part from asl_alphabet_train/asl_alphabet_train",
    parts: { train: classes("A B") },
    findings: ["asl_alphabet_test has images and no folders of classes. It is left out."],
  },
  {
    name: "FER2013: Training, PublicTest and PrivateTest",
    folders: each(["Training", "PublicTest", "PrivateTest"], ["angry", "happy"]),
    reading: "train part from Training, validation part from PublicTest, test part from PrivateTest",
    parts: { train: classes("angry happy"), validation: classes("angry happy"), test: classes("angry happy") },
  },
  {
    name: "GTSRB: Train by class, Test and Meta with tables",
    folders: [...each(["Train"], ["0", "1", "20"]), "Test", "Meta"],
    files: {
      "Train.csv":
        "Width,Height,ClassId,Path\n27,26,20,Train/20/Train-20-0.jpg\n27,27,20,Train/20/Train-20-1.jpg\n9,9,0,Train/0/Train-0-0.jpg\n9,9,0,Train/0/Train-0-1.jpg\n9,9,1,Train/1/Train-1-0.jpg\n9,9,1,Train/1/Train-1-1.jpg\n",
      "Test.csv": "Width,Height,ClassId,Path\n53,54,16,Test/Test-0.jpg\n",
    },
    reading: "train part from Train",
    parts: { train: classes("0 1 20") },
    findings: [/^Test has images and no/, /^Meta has images and no/],
  },
  {
    name: "brain tumors: Training and Testing",
    folders: each(["Training", "Testing"], ["glioma", "notumor"]),
    reading: "train part from Training, test part from Testing",
    parts: { train: classes("glioma notumor"), test: classes("glioma notumor") },
  },
  {
    name: "chest X-rays: a copy of the data in a folder of its own name",
    folders: [
      ...each(["chest_xray/train", "chest_xray/val", "chest_xray/test"], ["cats", "dogs"]),
      ...each(
        ["chest_xray/chest_xray/train", "chest_xray/chest_xray/val", "chest_xray/chest_xray/test"],
        ["cats", "dogs"],
      ),
      "chest_xray/__MACOSX/chest_xray/train",
    ],
    reading: "train part from chest_xray/train, validation part from chest_xray/val, test part from chest_xray/test",
    parts: { train: CATS, validation: CATS, test: CATS },
    findings: ["chest_xray/chest_xray repeats the folders beside it and is left out."],
  },
  {
    name: "PlantVillage: a copy of the classes in a folder of its own name",
    folders: ["PlantVillage/cats", "PlantVillage/dogs", ...each(["PlantVillage/PlantVillage"], ["cats", "dogs"])],
    reading: "one folder per class in PlantVillage",
    parts: { train: CATS },
    findings: [/repeats the folders beside it/],
  },
  {
    name: "fruits-360: a second test folder without classes, and papers",
    folders: [...each(["Training", "Test"], ["Apple", "Kiwi"]), "test-multiple_fruits"],
    files: { "papers/fruits.pdf": "" },
    reading: "train part from Training, test part from Test",
    parts: { train: classes("Apple Kiwi"), test: classes("Apple Kiwi") },
    findings: [/^test-multiple_fruits has images/],
  },
  {
    name: "tiny ImageNet: images within classes, val and test without classes",
    folders: ["train/n01/images", "train/n02/images", "val/images", "test/images"],
    files: { "val/val_annotations.txt": "val-images-0.jpg\tn01\t0\t0\n", "wnids.txt": "n01\nn02\n" },
    reading: "train part from train",
    parts: { train: classes("n01 n02") },
    findings: [/^test has images/, /^val has images/],
  },
  {
    name: "Imagenette: a table whose labels are the folders",
    folders: each(["train", "val"], ["n01", "n02"]),
    files: {
      "noisy.csv":
        "path,noisy_labels_0,is_valid\ntrain/n01/train-n01-0.jpg,n01,False\ntrain/n01/train-n01-1.jpg,n01,False\ntrain/n02/train-n02-0.jpg,n02,False\ntrain/n02/train-n02-1.jpg,n02,False\n",
    },
    reading: "train part from train, validation part from val",
    parts: { train: classes("n01 n02"), validation: classes("n01 n02") },
  },
  {
    name: "CUB-200: classes in images, a list of their paths beside them",
    folders: ["CUB_200_2011/images/001.Albatross", "CUB_200_2011/images/002.Auklet"],
    files: {
      "CUB_200_2011/images.txt":
        "1 001.Albatross/CUB_200_2011-images-001-Albatross-0.jpg\n2 001.Albatross/CUB_200_2011-images-001-Albatross-1.jpg\n3 002.Auklet/CUB_200_2011-images-002-Auklet-0.jpg\n",
    },
    reading: "one folder per class in CUB_200_2011/images",
    parts: { train: { "001.Albatross": 2, "002.Auklet": 2 } },
  },
  {
    name: "ImageFolder within images, by part",
    folders: each(["images/train", "images/validation"], ["cats", "dogs"]),
    reading: "train part from images/train, validation part from images/validation",
    parts: { train: CATS, validation: CATS },
  },
  {
    name: "train and eval",
    folders: each(["train", "eval"], ["cats", "dogs"]),
    reading: "train part from train, validation part from eval",
    parts: { train: CATS, validation: CATS },
  },
  {
    name: "train and validate, in capitals",
    folders: each(["TRAIN", "Validate"], ["cats", "dogs"]),
    reading: "train part from TRAIN, validation part from Validate",
    parts: { train: CATS, validation: CATS },
  },
  {
    name: "train2017, val2017 and train-images in camel case",
    folders: each(["Train Data", "valData", "Test.Images"], ["cats", "dogs"]),
    reading: "train part from Train Data, validation part from valData, test part from Test.Images",
    parts: { train: CATS, validation: CATS, test: CATS },
  },
  {
    name: "classes that each part writes in its own case",
    folders: ["train/Cats", "train/Dogs", "val/CATS", "test/cats", "test/DOGS"],
    reading: "train part from train, validation part from val, test part from test",
    parts: { train: { Cats: 2, Dogs: 2 }, validation: { Cats: 2 }, test: { Cats: 2, Dogs: 2 } },
  },
  {
    name: "parts named in German",
    folders: each(["Training", "Validierung", "Test"], ["Hund", "Katze"]),
    reading: "train part from Training, validation part from Validierung, test part from Test",
    parts: { train: classes("Hund Katze"), validation: classes("Hund Katze"), test: classes("Hund Katze") },
  },
  {
    name: "parts named in Chinese",
    folders: each(["训练集", "测试集"], ["猫", "狗"]),
    reading: "train part from 训练集, test part from 测试集",
    parts: { train: classes("狗 猫"), test: classes("狗 猫") },
  },
  {
    name: "the training part alone",
    folders: each(["train"], ["cats", "dogs"]),
    reading: "train part from train",
    parts: { train: CATS },
  },
  {
    name: "the training part with pictures to predict",
    folders: [...each(["train"], ["cats", "dogs"]), "sample_images"],
    reading: "train part from train",
    parts: { train: CATS },
    findings: [/^sample_images has images/],
  },
  {
    name: "vehicles: a class called train",
    folders: ["car", "plane", "train"],
    reading: PER_CLASS,
    parts: { train: classes("car plane train") },
  },
  {
    name: "vehicles with kinds: a class called train",
    folders: ["car/sedan", "car/suv", "train/steam", "train/diesel", "plane/jet"],
    reading: "one folder per class; 3 classes at class level 1 (class level 2 has 5)",
    parts: { train: { car: 4, plane: 2, train: 4 } },
  },
  {
    name: "scenes: classes with the word train",
    folders: ["bus_station", "train_station", "train_ticket"],
    reading: PER_CLASS,
    parts: { train: classes("bus_station train_station train_ticket") },
  },
  {
    name: "faces: names of objects' prototypes",
    folders: ["constructor/deep", "__proto__/deep", "toString", "hasOwnProperty"],
    reading: PER_CLASS,
    parts: { train: { constructor: 2, ["__proto__"]: 2, toString: 2, hasOwnProperty: 2 } },
  },
  {
    name: "classes by date within",
    folders: ["cats/2023", "cats/2024", "dogs/2024", "dogs/2025"],
    reading: "one folder per class; 2 classes at class level 1 (class level 2 has 4)",
    parts: { train: { cats: 4, dogs: 4 } },
  },
  {
    name: "classes with one folder each within",
    folders: ["cats/images", "dogs/images"],
    reading: PER_CLASS,
    parts: { train: CATS },
  },
  {
    name: "what systems and tools leave behind",
    folders: [
      "cats",
      "dogs",
      "@eaDir/cats",
      "cats/@eaDir",
      "__MACOSX/cats",
      ".ipynb_checkpoints",
      "dogs/.ipynb_checkpoints",
      "$RECYCLE.BIN",
      "System Volume Information",
      "lost+found",
      "#recycle",
      "__pycache__",
      "node_modules/logo",
    ],
    files: {
      "Thumbs.db": "",
      "desktop.ini": "",
      ".DS_Store": "",
      "cats/Thumbs.db": "",
      "dogs/DESKTOP.INI": "",
      "dogs/._1.jpg": "",
    },
    reading: PER_CLASS,
    parts: { train: CATS },
    findings: [],
  },
  {
    name: "runs, searches and previews within the data",
    folders: [
      "cats",
      "dogs",
      "runs/2026-first/plots",
      "runs/2026-second/plots",
      "model/plots",
      "killed",
      "rates",
      "kept/preview",
    ],
    files: {
      "runs/2026-first/run.json": '{ "version": 1, "config": {} }',
      "runs/2026-second/run.json": '{ "version"',
      "runs/2026-second/metrics.ndjson": "",
      "model/run.json": '{ "version": 1, "config": {} }',
      "model/model.safetensors": "",
      "killed/lock.json": '{"pid":1}',
      "rates/finder.json": "{}",
      "rates/finder.svg": "",
      "rates/finder.png": "",
      "kept/preview/preview.json": "{}",
      "kept/preview/preview.svg": "",
    },
    reading: PER_CLASS,
    parts: { train: CATS },
    findings: [],
  },
  {
    name: "images beside the folders of classes",
    folders: ["cats", "dogs"],
    files: { "cover.jpg": "", "logo.png": "" },
    reading: PER_CLASS,
    parts: { train: CATS },
    findings: ["2 images lie beside the folders of classes and are left out: cover.jpg, logo.png."],
  },
  {
    name: "folders without images",
    folders: ["cats", "dogs", "birds*0"],
    files: { "notes/readme.md": "" },
    reading: PER_CLASS,
    parts: { train: CATS },
    findings: ["2 folders have no images and are no classes: birds, notes."],
  },
  {
    name: "classes of other parts in another case or normalization",
    folders: ["train/Café", "train/Dogs", "test/Cafe\u0301", "test/dogs"],
    reading: "train part from train, test part from test",
    parts: { train: { Café: 2, Dogs: 2 }, test: { Café: 2, Dogs: 2 } },
  },
  {
    name: "folds, chosen",
    folders: each(["fold1", "fold2", "fold3"], ["cats", "dogs"]),
    options: { chosen: { train: ["fold2", "fold3"], test: ["fold1"] } },
    reading: "train part from fold2, fold3, test part from fold1, as chosen",
    parts: { train: { cats: 4, dogs: 4 }, test: CATS },
  },
  {
    name: "folders of parts without names for them, chosen",
    folders: each(["mornings", "evenings"], ["cats", "dogs"]),
    options: { chosen: { train: ["mornings/"], validation: ["./evenings"] } },
    reading: "train part from mornings, validation part from evenings, as chosen",
    parts: { train: CATS, validation: CATS },
  },
  {
    name: "folders of parts, chosen to be classes",
    folders: ["train", "test"],
    options: { chosen: { train: ["."] } },
    reading: "train part from ., as chosen",
    parts: { train: { test: 2, train: 2 } },
  },
  {
    name: "a test part beside the classes, chosen",
    folders: ["cats", "dogs", "later/cats", "later/dogs"],
    options: { chosen: { test: ["later"] } },
    reading: "one folder per class; test part from later, as chosen",
    parts: { train: CATS, test: CATS },
  },
  {
    name: "a test part within a class, chosen",
    folders: ["cats", "dogs", "cats/held/cats", "cats/held/dogs"],
    options: { chosen: { train: ["."], test: ["cats/held"] } },
    reading: "train part from ., test part from cats/held, as chosen",
    parts: { train: CATS, test: CATS },
  },
  {
    name: "expected classes, of which one is called train",
    folders: ["train", "test"],
    options: { classes: ["car", "test", "train"] },
    reading: PER_CLASS,
    parts: { train: { test: 2, train: 2 } },
  },
  {
    name: "expected classes, of which the training part lacks one",
    folders: ["train/dogs", "test/cats"],
    options: { classes: ["cats", "dogs", "birds"] },
    reading: "train part from train, test part from test",
    parts: { train: { dogs: 2 }, test: { cats: 2 } },
  },
  {
    name: "one of the expected classes",
    folders: ["cats/2024"],
    options: { classes: ["cats", "dogs"] },
    reading: PER_CLASS,
    parts: { train: { cats: 2 } },
  },
];

const BOTH = ['Set trainFolder = "." to read them as classes'];

const REFUSED: readonly RefusedRow[] = [
  {
    name: "Kaggle: train and test without classes, and a table of labels",
    folders: ["train", "test"],
    files: { "train.csv": "id,label\ntrain-0.jpg,cat\n", "sample_submission.csv": "id,label\n" },
    says: [
      "'test', 'train' are named as parts and have images, but no folders of classes",
      "train/cat/1.jpg",
      'set trainFolder = "."',
    ],
  },
  {
    name: "Hugging Face: train and test with metadata.csv",
    folders: ["train", "test"],
    files: { "metadata.csv": "file_name,label\ntrain/train-0.jpg,cat\n" },
    says: ["are named as parts"],
  },
  {
    name: "dogs versus cats: train/train and test1/test1",
    folders: ["train/train", "test1/test1"],
    files: { "sampleSubmission.csv": "id,label\n1,0\n" },
    says: ["'test1', 'train' are named as parts"],
  },
  {
    name: "COCO: train2017 and val2017",
    folders: ["train2017", "val2017"],
    files: { "annotations/instances_train2017.json": "{}" },
    says: ["annotated by a JSON file for object detection", "'annotations/instances_train2017.json'"],
  },
  {
    name: "YOLO: images and labels within parts",
    folders: ["train/images", "valid/images", "test/images"],
    files: { "train/labels/train-images-0.txt": "0 0.5 0.5 1 1", "data.yaml": "" },
    says: [
      "its images are annotated by YOLO's text files for object detection, such as 'train/labels/train-images-0.txt'",
      "Expected one folder per class. Export the data for classification (in Roboflow: Folder Structure), or cut",
    ],
  },
  {
    name: "YOLO: parts within images and labels",
    folders: ["images/train", "images/val"],
    files: { "labels/train/images-train-0.txt": "0 0.5 0.5 1 1" },
    says: ["YOLO's text files"],
  },
  {
    name: "Pascal VOC: images and annotations",
    folders: ["JPEGImages", "SegmentationClass", "SegmentationObject"],
    files: { "Annotations/1.xml": "" },
    says: ["annotated by Pascal VOC's XML files for object detection, such as 'Annotations/1.xml'"],
  },
  {
    name: "segmentation: images beside masks",
    folders: ["images", "masks"],
    says: ["annotated by pictures for segmentation, such as 'masks'"],
  },
  {
    name: "HAM10000: images in two folders and a table of labels",
    folders: ["HAM10000_images_part_1*4", "HAM10000_images_part_2*4"],
    files: {
      "HAM10000_metadata.csv":
        "lesion_id,image_id,dx\nHAM_1,HAM10000-images-part-1-0,nv\nHAM_2,HAM10000-images-part-1-1,mel\nHAM_3,HAM10000-images-part-2-1,nv\n",
    },
    says: [
      "its table HAM10000_metadata.csv lists images such as HAM10000_images_part_1/",
      'Set labels = "HAM10000_metadata.csv" to read the labels of the table',
    ],
  },
  { name: "flat parts named in Japanese", folders: ["訓練", "テスト"], says: ["'テスト', '訓練' are named as parts"] },
  {
    name: "a split of the data beside the data, as split-folders writes it",
    folders: [...each(["photos", "photos_split/train", "photos_split/val"], ["cats", "dogs"])],
    says: [
      "its folder 'photos_split' has the parts 'train', 'val', and lies beside 'photos'",
      /Use .*photos_split as the data/,
    ],
  },
  {
    name: "labelled images by class beside unlabelled ones",
    folders: [...each(["labeled"], ["cats", "dogs"]), "unlabeled*9"],
    says: [
      "can be read as 2 classes (labeled, unlabeled), or as parts (labeled)",
      'set trainFolder = "labeled" to read',
    ],
  },
  {
    name: "MNIST as pictures: two training parts, of which the larger one is advised",
    folders: [
      ...each(["trainingSample/trainingSample"], ["0", "1"]),
      "trainingSet/trainingSet/0*5",
      "trainingSet/trainingSet/1*5",
      "testSet/testSet",
    ],
    says: [
      "both 'trainingSample' and 'trainingSet' are named as its train part",
      'Set trainFolder = "trainingSet/trainingSet" to choose.',
    ],
  },
  {
    name: "parts of which only the training part has a name of its own",
    folders: ["first/cats*9", "first/dogs*9", ...each(["val", "test"], ["cats", "dogs"])],
    says: ["none as the training part", 'set trainFolder = "first" to choose it'],
  },
  {
    name: "places of different sizes that share their classes",
    folders: ["lyon/cats", "lyon/dogs", "paris/cats*7", "paris/dogs*7"],
    says: ['trainFolder = "paris" and testFolder = "lyon"'],
  },
  {
    name: "folders of days and a table of labels with paths",
    folders: ["monday*3", "tuesday*3"],
    files: {
      "labels.tsv": "file\tlabel\nmonday/monday-0.jpg\tcat\nmonday/monday-1.jpg\tdog\ntuesday/tuesday-0.jpg\tcat\n",
    },
    says: ["its table labels.tsv lists images such as monday/monday-0.jpg"],
  },
  {
    name: "folders of days and labels as JSON",
    folders: ["monday*3", "tuesday*3"],
    files: {
      "labels.json":
        '[{"file":"monday-0.jpg","label":"cat"},{"file":"monday-1.jpg","label":"dog"},{"file":"tuesday-0.jpg","label":"cat"}]',
    },
    says: ["its table labels.json lists"],
  },
  {
    name: "folds",
    folders: each(["fold1", "fold2", "fold3"], ["cats", "dogs"]),
    says: [
      "'fold1', 'fold2', 'fold3' are named as folds. Expected classes, or parts, or the choice of a fold.",
      "Set fold = 1 to test on that fold and train on the others",
      'set folds = "all" to train once for each fold',
      'set trainFolder = "."',
    ],
  },
  {
    name: "folders of a phone's camera",
    folders: ["100APPLE", "101APPLE"],
    says: ["'100APPLE', '101APPLE' are named like those of a camera", 'set trainFolder = "."'],
  },
  { name: "folds without classes", folders: ["fold_a", "fold_b"], says: ["are named as folds"] },
  {
    name: "the same classes in all folders",
    folders: each(["mornings", "evenings"], ["cats", "dogs"]),
    says: [
      "can be read as 2 classes (evenings, mornings), or as parts (evenings, mornings) with the classes cats, dogs",
      'trainFolder = "evenings" and testFolder = "mornings"',
      'or set trainFolder = ["evenings","mornings"] to read them as one training part.',
      ...BOTH,
    ],
  },
  {
    name: "variants of the same images",
    folders: each(["color", "grayscale", "segmented"], ["cats", "dogs"]),
    says: ["can be read as 3 classes", 'trainFolder = "color"'],
  },
  {
    name: "parts with folders of their own within classes (MVTec)",
    folders: each(["bottle", "cable"], ["train/good", "test/good", "test/bent"]),
    says: ["'bottle', 'cable' each have the folders 'test', 'train'. Parts within classes cannot have folders"],
  },
  {
    name: "rock, paper, scissors: a copy of the classes in another folder",
    folders: ["paper", "rock", "scissors", ...each(["rps-cv-images"], ["paper", "rock", "scissors"])],
    says: ["'rps-cv-images' has folders with the names of those beside it", 'trainFolder = "rps-cv-images"'],
  },
  {
    name: "classes with a test part beside them",
    folders: ["cats", "dogs", ...each(["test"], ["cats", "dogs"])],
    says: ["'test' has folders with the names of those beside it (cats, dogs)", 'testFolder = "test"'],
  },
  {
    name: "classes with a validation part of one class beside them",
    folders: ["cats", "dogs", "val/cats"],
    says: ["'val' has folders with the names of those beside it", 'validationFolder = "val"'],
  },
  {
    name: "classes with parts beside them",
    folders: ["cats", "dogs", ...each(["train", "test"], ["cats", "dogs"])],
    says: ["has folders with the names of those beside it", 'trainFolder = "train" and testFolder = "test"'],
  },
  {
    name: "places that share a class",
    folders: ["paris/cats", "paris/dogs", "rome/dogs", "rome/birds"],
    says: ["can be read as 2 classes (paris, rome), or as parts"],
  },
  {
    name: "a checked-out project with pictures of its own",
    folders: [...each(["dataset"], ["cats", "dogs"]), "assets", "docs/figures"],
    files: { "src/main.py": "", "README.md": "" },
    says: ["can be read as 3 classes (assets, dataset, docs)", 'trainFolder = "dataset"'],
  },
  {
    name: "a folder around everything with an image beside it",
    folders: each(["PetImages"], ["cats", "dogs"]),
    files: { "cover.jpg": "" },
    says: ["it has one class, 'PetImages', and 1 image beside it", /Use .*photos\/PetImages as the data/],
  },
  {
    name: "a table of labels in a folder around the images",
    folders: ["data/monday*3", "data/tuesday*3"],
    files: { "data/labels.csv": "file,label\ndata-monday-0.jpg,cat\ndata-monday-1.jpg,dog\ndata-tuesday-0.jpg,cat\n" },
    says: ["its table data/labels.csv lists images"],
  },
  {
    name: "a training part beside a folder of images",
    folders: [...each(["train"], ["cats", "dogs"]), "birds"],
    says: ["can be read as 2 classes (birds, train), or as parts", 'trainFolder = "train"', ...BOTH],
  },
  {
    name: "a training part and an unnamed one",
    folders: each(["train", "later"], ["cats", "dogs"]),
    says: ["or as parts (later, train) with the classes cats, dogs", 'trainFolder = "train" and testFolder = "later"'],
  },
  {
    name: "train, test and more of the same classes",
    folders: each(["train", "test", "extra"], ["0", "1"]),
    says: ["can be read as 3 classes (extra, test, train)", 'trainFolder = "train" and testFolder = "test"'],
  },
  {
    name: "classes and parts in one name",
    folders: ["train_cats", "train_dogs", "test_cats", "test_dogs"],
    says: ["are named as parts and have images, but no folders of classes"],
  },
  {
    name: "no training part",
    folders: each(["val", "test"], ["cats", "dogs"]),
    says: [
      "'test', 'val' are named as test or validation parts, and none as the training part",
      'trainFolder = "test"',
    ],
  },
  {
    name: "a test part alone",
    folders: each(["test"], ["cats", "dogs"]),
    says: ["its only folder of images, test, is a test part", /Use .*photos\/test as the data/],
  },
  {
    name: "two validation parts",
    folders: each(["train", "val", "valid"], ["cats", "dogs"]),
    says: ["both 'val' and 'valid' are named as its validation part", 'validationFolder = "val"'],
  },
  {
    name: "a training part without classes",
    folders: ["train", ...each(["test"], ["cats", "dogs"])],
    says: ["its training part 'train' has no folders of classes"],
  },
  {
    name: "a training part alone, without classes",
    folders: ["train"],
    says: ["train has images and no folders of classes"],
  },
  {
    name: "a class that is tested and not trained",
    folders: ["train/cats", "train/dogs", "test/cats", "test/birds"],
    says: ["test/birds/test-birds-0.jpg: the class 'birds' has no training images. Expected one of cats, dogs"],
  },
  { name: "one class", folders: ["cats"], says: ["it has one class, 'cats'. Expected one folder of images per class"] },
  {
    name: "one class with images beside it",
    folders: ["cats", "."],
    says: ["it has one class, 'cats', and 2 images beside it"],
  },
  {
    name: "images without folders, where classes are expected",
    folders: ["."],
    options: { classes: ["cats", "dogs"] },
    says: ["it has 2 images and no folders of classes"],
  },
  {
    name: "images without folders, and a table",
    folders: ["."],
    files: { "labels.csv": "name,label\n-0.jpg,cat\n" },
    says: ["it has 2 images and no folders of classes", "A table of labels needs a column"],
  },
  {
    name: "classes with names that are equal after normalization",
    folders: ["café", "cafe\u0301", "dogs"],
    says: ["'cafe\u0301' and 'café', have the same name but for Unicode normalization"],
  },
  {
    name: "raw photographs of a camera",
    folders: [],
    files: Object.fromEntries(["1.nef", "2.NEF", "cats/3.nef", "data.h5", "a.csv"].map((name) => [name, ""])),
    says: ["it has no images, but 3 .nef, 1 .csv, 1 .h5", "Convert the images to JPEG or PNG.", "Convert HDF5 files"],
  },
  { name: "an archive", folders: [], files: { "photos.zip": "" }, says: ["1 .zip", "Unpack the archives."] },
  {
    name: "nothing",
    folders: [],
    says: ["it has no images and no other files. Expected one folder of images per class"],
  },
  {
    name: "a class whose images cannot be read",
    folders: ["cats", "dogs"],
    files: { "birds/1.tga": "", "birds/2.tga": "" },
    says: [/birds: the class has no supported images, but 2 \.tga\. .*Convert the images/],
  },
  {
    name: "nothing but runs",
    folders: ["runs/first/plots"],
    files: { "runs/first/run.json": '{ "config": {} }' },
    says: ["it has no images and no other files but Downhill's. Expected"],
  },
  {
    name: "a run",
    folders: ["plots"],
    files: { "run.json": '{ "config": {} }' },
    says: ["this folder was written by Downhill"],
  },
  {
    name: "a chosen folder that is not there",
    folders: ["cats", "dogs"],
    options: { chosen: { train: ["birds"] } },
    says: [
      "trainFolder = 'birds': there is no such folder. Expected a path within the data, such as 'cats', 'dogs'",
      "Change trainFolder",
    ],
  },
  {
    name: "a chosen folder outside of the data",
    folders: ["cats", "dogs"],
    options: { chosen: { test: ["../photos"] } },
    says: ["testFolder = '../photos': there is no such folder"],
  },
  {
    name: "a folder chosen twice",
    folders: each(["a", "b"], ["cats", "dogs"]),
    options: { chosen: { train: ["a"], test: ["a"] } },
    says: ["'a' is chosen as its train part and its test part"],
  },
  {
    name: "a chosen folder without classes",
    folders: [...each(["a"], ["cats", "dogs"]), "b"],
    options: { chosen: { train: ["a"], test: ["b"] } },
    says: ["'b', chosen as its test part, has no folders with images"],
  },
];

test.skipIf(process.platform !== "linux")("classes whose names differ in case alone are two, with a note", () => {
  const { classNames, findings } = scanFolder(openFolder(make({ name: "", folders: ["Cat", "cat", "dog"] })));
  expect(classNames).toEqual(["Cat", "cat", "dog"]);
  expect(findings).toEqual(["These classes differ only in upper and lower case: Cat and cat."]);
});

describe("folders that are read", () => {
  test.each(READ)("$name", (row) => {
    const { images, reading, findings } = scanFolder(openFolder(make(row)), row.options);
    const parts = new Map<string, Map<string, number>>();
    for (const { part, className } of images) {
      const counts = parts.get(part) ?? new Map<string, number>();
      parts.set(part, counts.set(className, (counts.get(className) ?? 0) + 1));
    }
    const plain = Object.fromEntries(
      [...parts].map(([part, counts]) => [part, Object.fromEntries([...counts].map(([name, n]) => [name, n]))]),
    );
    expect({ reading, parts: plain }).toEqual({ reading: row.reading, parts: row.parts });
    const expected = row.findings ?? [];
    expect(findings).toHaveLength(expected.length);
    for (const [i, finding] of expected.entries()) expect(findings[i]).toMatch(finding);
  });
});

describe("folders that are refused, with the reason and what to do", () => {
  test.each(REFUSED)("$name", async (row) => {
    const folder = make(row);
    let refusal: unknown;
    try {
      const files = openFolder(folder);
      await checkAgainstTables(files, scanFolder(files, row.options));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(DataError);
    const { message } = refusal as DataError;
    expect(message.startsWith(folder)).toBe(true);
    for (const part of row.says) {
      if (typeof part === "string") expect(message).toContain(part);
      else expect(message).toMatch(part);
    }
    // A sentence for people: no list is as long as the data.
    expect(message.length).toBeLessThan(1000);
  });
});
