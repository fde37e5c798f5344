import { describe, expect, test } from "vitest";
import { DataError, openDataSet } from "../src/index.ts";
import { gzip, type LabelCase, open, openClassFolder, type ReadCase, type RefusedCase, utf16 } from "./label-data.ts";
import { folderWith } from "./temporary.ts";

/** Images beside a table: two cats and two dogs. */
const FLAT = { "images/a.png": 0, "images/b.png": 1, "images/c.png": 2, "images/d.png": 3 };
const CATS = { train: { cat: [0, 1], dog: [2, 3] } };
const ROWS = "a.png,cat\nb.png,cat\nc.png,dog\nd.png,dog\n";
const TABLE = `image,label\n${ROWS}`;
const at = (text: string, separator: string): string => text.replaceAll(",", separator);

/** Images of three parts, and their rows. */
const SPLIT = { "x/a.png": 0, "x/b.png": 1, "x/c.png": 2, "x/d.png": 3, "x/e.png": 4, "x/f.png": 5 };
const PARTS = {
  train: { cat: [0], dog: [1] },
  validation: { cat: [2], dog: [3] },
  test: { cat: [4], dog: [5] },
};
const split = (names: string, column = "split"): string => {
  const [train, validation, test] = names.split(" ") as [string, string, string];
  return `image,label,${column}\na,cat,${train}\nb,dog,${train}\nc,cat,${validation}\nd,dog,${validation}\ne,cat,${test}\nf,dog,${test}\n`;
};

/** Images in folders of parts, with the same names in both. */
const KAGGLE = {
  "train/1.png": 0,
  "train/2.png": 1,
  "train/3.png": 2,
  "train/4.png": 3,
  "test/1.png": 4,
  "test/2.png": 5,
};
const IDS = "id,label\n1,cat\n2,cat\n3,dog\n4,dog\n";

const READ: readonly ReadCase[] = [
  {
    name: "names",
    images: FLAT,
    files: { "labels.csv": TABLE },
    parts: CATS,
    says: ["labels from the column 'label' of labels.csv"],
  },
  { name: "semicolons", images: FLAT, files: { "labels.csv": at(TABLE, ";") }, parts: CATS },
  { name: "tabs", images: FLAT, files: { "labels.tsv": at(TABLE, "\t") }, parts: CATS },
  { name: "bars", images: FLAT, files: { "labels.txt": at(TABLE, "|") }, parts: CATS },
  {
    name: "commas within quotes",
    images: FLAT,
    files: {
      "labels.csv":
        'image,note,label\n"a.png","one, two",cat\nb.png,"line\nbreak, x",cat\nc.png,"say ""hi""",dog\nd.png,5" disk,dog\n',
    },
    parts: CATS,
  },
  { name: "spaces after separators", images: FLAT, files: { "labels.csv": at(TABLE, ", ") }, parts: CATS },
  {
    name: "a byte order mark and Windows line ends",
    images: FLAT,
    files: { "labels.csv": `\ufeff${TABLE.replaceAll("\n", "\r\n")}` },
    parts: CATS,
  },
  { name: "line ends of old Macs", images: FLAT, files: { "labels.csv": TABLE.replaceAll("\n", "\r") }, parts: CATS },
  { name: "UTF-16", images: FLAT, files: { "labels.csv": utf16(TABLE) }, parts: CATS },
  { name: "UTF-16 without a mark", images: FLAT, files: { "labels.csv": utf16(TABLE).subarray(2) }, parts: CATS },
  { name: "gzip", images: FLAT, files: { "labels.csv.gz": gzip(TABLE) }, parts: CATS },
  { name: "no header", images: FLAT, files: { "labels.csv": ROWS }, parts: CATS, says: ["column 2 of labels.csv"] },
  {
    name: "JSON Lines",
    images: FLAT,
    files: {
      "labels.jsonl":
        '{"file":"a.png","label":"cat"}\n{"file":"b.png","label":["cat"]}\n\n{"file":"c.png","label":"dog"}\n{"file":"d.png","label":"dog"}',
    },
    parts: CATS,
  },
  {
    name: "JSON by image",
    images: FLAT,
    files: { "labels.json": '{"a.png":"cat","b.png":"cat","c.png":"dog","d.png":"dog"}' },
    parts: CATS,
  },
  {
    name: "JSON of objects",
    images: FLAT,
    files: {
      "labels.json":
        '[{"id":"a","label":"cat"},{"id":"b","label":"cat"},{"id":"c","label":"dog"},{"id":"d","label":"dog"}]',
    },
    parts: CATS,
  },
  {
    name: "names without ending, in another case",
    images: FLAT,
    files: { "labels.csv": "image_id,dx\nA,cat\nB,cat\nC,dog\nD,dog\n" },
    parts: CATS,
  },
  {
    name: "numbers without zeros",
    images: { "i/001.png": 0, "i/002.png": 1, "i/010.png": 2, "i/011.png": 3 },
    files: { "labels.csv": "id,breed\n1,cat\n2,cat\n10,dog\n11,dog\n" },
    parts: CATS,
  },
  {
    name: "paths of Windows",
    images: FLAT,
    files: { "labels.csv": TABLE.replaceAll(/^(?=[abcd]\.)/gm, "images\\") },
    parts: CATS,
  },
  {
    name: "absolute paths of another machine",
    images: FLAT,
    files: { "labels.csv": TABLE.replaceAll(/^(?=[abcd]\.)/gm, "C:\\Users\\me\\images\\") },
    parts: CATS,
  },
  {
    name: "paths with a dot",
    images: FLAT,
    files: { "labels.csv": TABLE.replaceAll(/^(?=[abcd]\.)/gm, "./images/") },
    parts: CATS,
  },
  {
    name: "images beside the table",
    images: { "a.png": 0, "b.png": 1, "c.png": 2, "d.png": 3 },
    files: { "labels.csv": TABLE },
    parts: CATS,
  },
  { name: "a table within the folder of the images", images: FLAT, files: { "images/labels.csv": TABLE }, parts: CATS },
  { name: "the table itself as data", data: "labels.csv", images: FLAT, files: { "labels.csv": TABLE }, parts: CATS },
  {
    name: "the same names in two folders, by paths",
    images: { "one/a.png": 0, "one/b.png": 2, "two/a.png": 1, "two/b.png": 3 },
    files: { "labels.csv": "path,label\none/a.png,cat\ntwo/a.png,cat\none/b.png,dog\ntwo/b.png,dog\n" },
    options: { labels: "labels.csv" },
    parts: CATS,
  },
  {
    name: "HAM10000: two folders of images",
    images: {
      "HAM10000_images_part_1/ISIC_1.png": 0,
      "HAM10000_images_part_1/ISIC_2.png": 2,
      "HAM10000_images_part_2/ISIC_3.png": 1,
      "HAM10000_images_part_2/ISIC_4.png": 3,
    },
    files: {
      "HAM10000_metadata.csv":
        "lesion_id,image_id,dx,dx_type,age\nH1,ISIC_1,cat,histo,80\nH2,ISIC_2,dog,histo,70\nH3,ISIC_3,cat,histo,80\nH4,ISIC_4,dog,x,70\n",
    },
    options: { labels: "HAM10000_metadata.csv" },
    parts: CATS,
  },
  {
    name: "chosen columns",
    images: FLAT,
    files: { "t.csv": "one,two,three\na,x,cat\nb,y,cat\nc,x,dog\nd,y,dog\n" },
    options: { imageColumn: "one", labelColumn: "three", labels: "t.csv" },
    parts: CATS,
  },
  {
    name: "a chosen column by number",
    images: FLAT,
    files: { "t.csv": "a.png,x,cat\nb.png,y,cat\nc.png,x,dog\nd.png,y,dog\n" },
    options: { labelColumn: "3" },
    parts: CATS,
  },
  {
    name: "one column per class",
    images: FLAT,
    files: { "truth.csv": "image,cat,dog\na,1.0,0.0\nb,1.0,0.0\nc,0.0,1.0\nd,0.0,1.0\n" },
    parts: CATS,
    says: ["one column per class in truth.csv"],
  },
  {
    name: "numbers and a text of names",
    images: FLAT,
    files: { "labels.csv": "image,label\na,0\nb,0\nc,1\nd,1\n", "classes.txt": "cat\ndog\n" },
    parts: CATS,
  },
  {
    name: "numbers from 1 and a text of names",
    images: FLAT,
    files: { "labels.csv": "image,label\na,1\nb,1\nc,2\nd,2\n", "class_names.txt": "cat\ndog\n" },
    parts: CATS,
  },
  {
    name: "numbers and names by JSON",
    images: FLAT,
    files: {
      "train.csv": "image_id,label\na,0\nb,0\nc,1\nd,1\n",
      "label_num_to_disease_map.json": '{"0": "cat", "1": "dog"}',
    },
    parts: CATS,
  },
  {
    name: "numbers and numbers by JSON",
    images: FLAT,
    files: { "train.csv": "image_id,label\na,0\nb,0\nc,1\nd,1\n", "class_to_idx.json": '{"cat": 0, "dog": 1}' },
    parts: CATS,
  },
  {
    name: "numbers and a table of names",
    images: FLAT,
    files: {
      "train.csv": "image_id,label\na,3.0\nb,3.0\nc,7.0\nd,7.0\n",
      "label_map.csv": "label,name\n3,cat\n7,dog\n",
    },
    parts: CATS,
  },
  {
    name: "numbers alone, in their order",
    images: FLAT,
    files: { "labels.csv": "image,label\na,2\nb,2\nc,10\nd,10\n" },
    parts: { train: { "2": [0, 1], "10": [2, 3] } },
  },
  {
    name: "numbers beside names",
    images: FLAT,
    files: { "labels.csv": "image,class id,labels\na,1,cat\nb,1,cat\nc,0,dog\nd,0,dog\n" },
    parts: CATS,
  },
  { name: "a column of parts", images: SPLIT, files: { "labels.csv": split("train val test") }, parts: PARTS },
  {
    name: "FER2013's words for parts",
    images: SPLIT,
    files: { "labels.csv": split("Training PublicTest PrivateTest", "Usage") },
    parts: PARTS,
  },
  {
    name: "a chosen column of parts",
    images: SPLIT,
    files: { "labels.csv": split("TRAIN Validation testing", "foo") },
    options: { splitColumn: "foo" },
    parts: PARTS,
  },
  {
    name: "is_valid",
    images: { "a.png": 0, "b.png": 1, "c.png": 2, "d.png": 3 },
    files: { "labels.csv": "name,label,is_valid\na.png,cat,False\nb.png,dog,False\nc.png,cat,True\nd.png,dog,True\n" },
    parts: { train: { cat: [0], dog: [1] }, validation: { cat: [2], dog: [3] } },
  },
  {
    name: "a table per part",
    images: SPLIT,
    files: {
      "train.csv": "image,label\na,cat\nb,dog\n",
      "val.csv": "image,label\nc,cat\nd,dog\n",
      "test.csv": "image,label\ne,cat\nf,dog\n",
    },
    parts: PARTS,
  },
  {
    name: "a table per part, as data",
    images: SPLIT,
    files: {
      "tr.csv": "image,label\na,cat\nb,dog\n",
      "train_ok.csv": "image,label\na,cat\nb,dog\n",
      "test_ok.csv": "image,label\ne,cat\nf,dog\n",
    },
    options: { labels: ["train_ok.csv", "test_ok.csv"] },
    parts: { train: PARTS.train, test: PARTS.test },
  },
  {
    name: "Kaggle: a test table without labels",
    images: KAGGLE,
    files: { "train.csv": IDS, "test.csv": "id\n1\n2\n", "sample_submission.csv": "id,label\n1,cat\n2,cat\n" },
    parts: CATS,
    says: ["test.csv has no labels", "2 images have no row and are left out: test/1.png, test/2.png"],
  },
  {
    name: "Kaggle: trainLabels.csv",
    images: KAGGLE,
    files: { "trainLabels.csv": IDS, "sampleSubmission.csv": "id,label\n1,cat\n2,cat\n" },
    parts: CATS,
  },
  {
    name: "Hugging Face: metadata in each part",
    images: KAGGLE,
    files: {
      "train/metadata.csv": "file_name,label\n1.png,cat\n2.png,cat\n3.png,dog\n4.png,dog\n",
      "test/metadata.jsonl": '{"file_name":"1.png","label":"cat"}\n{"file_name":"2.png","label":"dog"}\n',
    },
    parts: { ...CATS, test: { cat: [4], dog: [5] } },
  },
  {
    name: "Hugging Face: metadata above the parts",
    images: KAGGLE,
    files: {
      "metadata.csv":
        "file_name,label\ntrain/1.png,cat\ntrain/2.png,cat\ntrain/3.png,dog\ntrain/4.png,dog\ntest/1.png,cat\ntest/2.png,dog\n",
    },
    parts: { ...CATS, test: { cat: [4], dog: [5] } },
  },
  {
    name: "classes of a trained model",
    images: FLAT,
    files: { "labels.csv": TABLE },
    options: { classes: ["bird", "cat", "dog"], labels: "labels.csv" },
    parts: { train: { cat: [0, 1], dog: [2, 3] } },
  },
  {
    name: "rows and images that are left out",
    images: { ...FLAT, "images/e.png": 4 },
    files: { "labels.csv": `${TABLE}gone.png,cat\na.png,cat\n` },
    parts: CATS,
    says: [
      "1 row names a missing image and is left out: gone.png.",
      "1 image has no row and is left out: images/e.png.",
      "1 row repeats an earlier one and is left out: images/a.png.",
    ],
  },
  {
    name: "rows without a label",
    images: { ...FLAT, "images/e.png": 4 },
    files: { "labels.csv": `${TABLE}e.png,\n` },
    parts: CATS,
    says: ["1 row has no label and its image is left out: e.png."],
  },
  {
    name: "a table that is larger than its start",
    images: FLAT,
    files: { "labels.csv": `${TABLE}${"gone.png,cat\n".repeat(20_000)}` },
    parts: CATS,
    says: ["20000 rows name missing images and are left out: gone.png, gone.png, gone.png and 19997 more."],
  },
  {
    name: "classes in folders, whose parts a table has",
    images: { "cat/a.png": 0, "cat/b.png": 1, "dog/c.png": 2, "dog/d.png": 3 },
    files: {
      "split.csv":
        "path,label,split\ncat/a.png,cat,train\ncat/b.png,cat,test\ndog/c.png,dog,train\ndog/d.png,dog,test\n",
    },
    parts: { train: { cat: [0], dog: [2] }, test: { cat: [1], dog: [3] } },
  },
];

const ok = (text: string, more: Partial<LabelCase> = {}): LabelCase => ({
  name: "",
  images: FLAT,
  files: { "labels.csv": text },
  ...more,
});

const REFUSED: readonly RefusedCase[] = [
  {
    ...ok("image,age\na,12.5\nb,13.5\nc,12.5\nd,15\n"),
    name: "measurements",
    says: ["has numbers such as 12.5", "regression"],
  },
  {
    ...ok('image,label\na,"12,5"\nb,"13,5"\nc,"12,5"\nd,1\n'),
    name: "numbers with a comma",
    says: ["has numbers such as 12,5"],
  },
  {
    ...ok("image,label\na,cat\nb,cat dog\nc,dog\nd,dog\n"),
    name: "several labels in a cell",
    says: ["1 combination of labels, such as 'cat dog'", "several labels per image are not supported"],
  },
  { ...ok("image,label\na,cat|dog\nb,cat\nc,dog\nd,dog\n"), name: "several labels with bars", says: ["'cat|dog'"] },
  {
    ...ok("image,cat,dog\na,1,0\nb,1,1\nc,0,1\nd,0,1\n"),
    name: "several columns that are 1",
    says: ["line 3 has several labels: cat, dog"],
  },
  {
    ...ok(`${TABLE}a.png,dog\n`),
    name: "duplicate rows with different labels",
    says: ["line 6 labels images/a.png as 'dog', but an earlier row as 'cat'"],
  },
  {
    ...ok("image,label,split\na,cat,train\nb,cat,train\nc,dog,test\nd,dog,soon\n"),
    options: { splitColumn: "split" },
    name: "a part that is none",
    says: ["line 5: the column 'split' has 'soon', which names no part"],
  },
  {
    ...ok(TABLE),
    options: { labelColumn: "breed" },
    name: "a missing column",
    says: ["labelColumn = 'breed'", "Expected one of 'image', 'label'"],
  },
  {
    ...ok(TABLE),
    options: { labels: "label.csv" },
    name: "a missing table",
    says: ["labels = 'label.csv': there is no such file", "labels.csv"],
  },
  {
    ...ok("image,label,label\na,cat,x\nb,cat,y\nc,dog,x\nd,dog,y\n"),
    options: { labelColumn: "label" },
    name: "two columns of a name",
    says: ["two columns named 'label'"],
  },
  {
    ...ok("image,species,breed\na,cat,x\nb,cat,y\nc,dog,x\nd,dog,y\n"),
    name: "two columns that may be the labels",
    says: ["2 of its columns may be the labels: 'species', 'breed'", 'labelColumn = "species"'],
  },
  {
    ...ok("image,label\na.png,cat\nb.png,cat, black\nc.png,dog\nd.png,dog\n"),
    name: "a row that is too long",
    says: ["line 3 has 3 fields. Expected 2"],
  },
  {
    ...ok("image,x,label\na.png,1,cat\nb.png,1,cat\nc.png,1,dog\nd.png\n"),
    name: "a row that is too short",
    says: ["line 5 has 1 field. Expected 3"],
  },
  {
    ...ok('image,label\na.png,cat\nb.png,"cat\nc.png,dog\nd.png,dog\n'),
    options: { labels: "labels.csv" },
    name: "a quote that is not closed",
    says: ["a quote is opened and not closed"],
  },
  {
    ...ok('image,label\na.png,"cat" x\nb.png,cat\nc.png,dog\nd.png,dog\n'),
    options: { labels: "labels.csv" },
    name: "text after a closing quote",
    says: ["labels.csv: it cannot be parsed near line"],
  },
  {
    name: "two tables",
    images: FLAT,
    files: { "one.csv": TABLE, "two.csv": TABLE.replaceAll("dog", "cow") },
    says: ["it can be read in 2 ways", 'labels = "one.csv"', 'labels = "two.csv"'],
  },
  {
    name: "a table that contradicts the folders",
    images: { "mon/a.png": 0, "mon/b.png": 1, "tue/c.png": 2, "tue/d.png": 3 },
    files: { "labels.csv": "image,label\na.png,cat\nb.png,dog\nc.png,cat\nd.png,dog\n" },
    says: [
      "its table labels.csv lists images such as mon/a.png with labels that differ from the folders (mon, tue)",
      'Set labels = "labels.csv"',
      'trainFolder = "."',
    ],
  },
  {
    name: "names that repeat",
    images: { "one/a.png": 0, "one/b.png": 2, "two/a.png": 1, "two/b.png": 3 },
    files: { "labels.csv": TABLE },
    options: { labels: "labels.csv" },
    says: ["line 2 names 'a.png', which may be any of 2 images: one/a.png, two/a.png"],
  },
  {
    ...ok("image,label\nx.png,cat\ny.png,dog\n"),
    options: { labels: "labels.csv" },
    name: "no image of the data",
    says: ["labels none of the 4 images: 2 rows name others, such as x.png, y.png"],
  },
  {
    ...ok("q,r\n1,2\n"),
    options: { labels: "labels.csv" },
    name: "no column of images",
    says: ["none of its columns", "Set imageColumn"],
  },
  { ...ok("image,label\na.png,cat\nb.png,cat\n"), name: "one class", says: ["one class, 'cat'"] },
  {
    ...ok("image,note,where\na,q,r\nb,s,t\nc,u,v\nd,w,x\n"),
    name: "no column of labels",
    says: ["none of its columns 'image', 'note', 'where' has labels", "Set labelColumn"],
  },
  {
    name: "Latin-1",
    images: FLAT,
    files: { "labels.csv": Buffer.from("image,label\na.png,caf\xe9\nb.png,x\n", "latin1") },
    options: { labels: "labels.csv" },
    says: ["it is not UTF-8 text. Save it as UTF-8."],
  },
  {
    name: "an empty table",
    images: FLAT,
    files: { "labels.csv": "" },
    options: { labels: "labels.csv" },
    says: ["it is empty"],
  },
  {
    name: "JSON that is damaged",
    images: FLAT,
    files: { "labels.json": '{"a.png": "cat"' },
    options: { labels: "labels.json" },
    says: ["it is not valid JSON"],
  },
  {
    ...ok(TABLE),
    options: { labels: "labels.csv", trainFolder: "images" },
    name: "options of two formats",
    says: ["choose different formats"],
  },
  {
    name: "a class without training images",
    images: SPLIT,
    files: { "train.csv": "image,label\na,cat\nb,dog\n", "test.csv": "image,label\nc,cat\nd,bird\n" },
    says: ["the class 'bird' has no training images, but x/d.png in its test part"],
  },
];

describe("labels in tables are those of the class folder with the same images", () => {
  test.each(READ)("$name", async (row) => {
    const found = await open(row);
    const { classes } = row.options ?? {};
    const folder = await openClassFolder(row.parts, classes ? { classes } : {});
    const text = [found.reading, ...found.report.findings].join("\n");
    for (const part of row.says ?? []) expect(text).toContain(part);
    expect(found.classNames).toEqual(folder.classNames);
    expect(found.fingerprint).toBe(folder.fingerprint);
    expect(found.kind).toBe("table");
  });
});

describe("tables that are refused", () => {
  test.each(REFUSED)("$name", async (row) => {
    const error = await open(row).catch((refusal) => refusal);
    expect(error).toBeInstanceOf(DataError);
    for (const part of row.says) expect(error.message).toContain(part);
    expect(error.message.length).toBeLessThan(1000);
  });
});

test("a table outside of the data, and data that are a table without images", async () => {
  const elsewhere = folderWith({ "labels.csv": TABLE });
  const labels = `${elsewhere}/labels.csv`;
  const found = await open({ name: "", images: FLAT, files: {} }, { labels });
  expect(found.fingerprint).toBe((await openClassFolder(CATS)).fingerprint);
  await expect(openDataSet(labels)).rejects.toThrow("there are no images beside it or in folders below");
});

test("a table that divides class folders is read, and the folders are the other reading", async () => {
  const row = READ.find(({ name }) => name.startsWith("classes in folders")) as ReadCase;
  const { otherReadings } = await open(row);
  expect(otherReadings).toEqual([{ reading: "one folder per class", options: { dataFormat: "folder" } }]);
  const folders = await open(row, { dataFormat: "folder" });
  expect([folders.kind, folders.test]).toEqual(["folder", null]);
});

test("an image whose row contradicts the folders is read by either option", async () => {
  const row = REFUSED.find(({ name }) => name === "a table that contradicts the folders") as RefusedCase;
  expect((await open(row, { labels: "labels.csv" })).classNames).toEqual(["cat", "dog"]);
  expect((await open(row, { trainFolder: "." })).classNames).toEqual(["mon", "tue"]);
});
