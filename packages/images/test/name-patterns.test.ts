import { describe, expect, test } from "vitest";
import { DataError } from "../src/index.ts";
import { open, openClassFolder, type ReadCase, type RefusedCase } from "./label-data.ts";

const named = (names: string): Record<string, number> =>
  Object.fromEntries(names.split(" ").map((name, i) => [name, i]));
const CATS = { train: { cat: [0, 1], dog: [2, 3] } };

const READ: readonly ReadCase[] = [
  {
    name: "fastai's pattern",
    images: named("cat_1.png cat_12.png dog_1.png dog_3.png"),
    files: {},
    options: { labelPattern: "^(.+)_\\d+" },
    parts: CATS,
  },
  {
    name: "names in a folder",
    images: named("images/cat_1.png images/cat_12.png images/dog_1.png images/dog_3.png"),
    files: {},
    options: { labelPattern: "^(.+)_\\d+" },
    parts: CATS,
  },
  {
    name: "a named group, as Python writes it",
    images: named("1-cat.png 2-cat.png 3-dog.png 4-dog.png"),
    files: {},
    options: { labelPattern: "^(\\d+)\\-(?P<label>[a-z]+)" },
    parts: CATS,
  },
  {
    name: "a pattern for paths",
    images: named("x/cat/1.png x/cat/2.png x/dog/1.png x/dog/2.png"),
    files: {},
    options: { labelPattern: "/([^/]+)/[^/]+$" },
    parts: CATS,
  },
  {
    name: "a pattern that fits the paths alone",
    images: named("a-cat/1.png b-cat/1.png a-dog/1.png b-dog/1.png"),
    files: {},
    options: { labelPattern: "(cat|dog)" },
    parts: CATS,
  },
  {
    name: "parts in folders, and images without label",
    images: { "train/cat.0.png": 0, "train/dog.0.png": 1, "test/cat.9.png": 2, "test/5.png": 3 },
    files: {},
    options: { labelPattern: "^([a-z]+)\\." },
    parts: { train: { cat: [0], dog: [1] }, test: { cat: [2] } },
    says: ["The pattern finds no label in 1 of the 4 images, which are left out: test/5.png."],
  },
];

const PATTERN = (pattern: string): string => `Set labelPattern = ${JSON.stringify(pattern)} to read the labels`;

const REFUSED: readonly RefusedCase[] = [
  {
    name: "dogs and cats",
    images: named("cat.0.jpg cat.1.jpg dog.0.jpg dog.1.jpg"),
    files: {},
    says: [PATTERN("^(.+)\\.\\d+"), "cat, dog"],
  },
  {
    name: "the Oxford pets",
    images: named(
      "images/Abyssinian_1.jpg images/Abyssinian_2.jpg images/american_bulldog_1.jpg images/american_bulldog_2.jpg",
    ),
    files: {},
    says: [PATTERN("^(.+)_\\d+"), "Abyssinian, american_bulldog"],
  },
  {
    name: "digits",
    images: named("3_0001.png 3_0002.png 4_0001.png 4_0002.png"),
    files: {},
    says: [PATTERN("^(.+)_\\d+"), "3, 4"],
  },
  {
    name: "a test part without labels",
    images: named("train/cat.0.jpg train/cat.1.jpg train/dog.0.jpg train/dog.1.jpg test1/1.jpg test1/2.jpg"),
    files: {},
    says: [PATTERN("^(.+)\\.\\d+")],
  },
  {
    name: "a pattern that fits nothing",
    images: named("a.png b.png"),
    files: {},
    options: { labelPattern: "(\\d+)_" },
    says: ["it finds a label in none of the 2 images, such as a.png, b.png"],
  },
  {
    name: "a pattern without a group",
    images: named("a.png"),
    files: {},
    options: { labelPattern: "\\d+" },
    says: ["expected a regular expression with a group"],
  },
  {
    name: "a pattern that is damaged",
    images: named("a.png"),
    files: {},
    options: { labelPattern: "(" },
    says: ["expected a regular expression with a group"],
  },
  {
    name: "a format without its pattern",
    images: named("a_1.png"),
    files: {},
    options: { dataFormat: "name-pattern" },
    says: ["Set labelPattern"],
  },
];

describe("labels in names are those of the class folder with the same images", () => {
  test.each(READ)("$name", async (row) => {
    const found = await open(row);
    for (const part of row.says ?? []) expect(found.report.findings.join("\n")).toContain(part);
    expect(found.fingerprint).toBe((await openClassFolder(row.parts)).fingerprint);
  });
});

describe("names that are not read without a pattern, and patterns that do not fit", () => {
  test.each(REFUSED)("$name", async (row) => {
    const error = await open(row).catch((refusal) => refusal);
    expect(error).toBeInstanceOf(DataError);
    for (const part of row.says) expect(error.message).toContain(part);
  });
});

test("names of cameras suggest no pattern", async () => {
  const row = { name: "", images: named("IMG_0001.jpg IMG_0002.jpg DSC_0001.jpg DSC_0002.jpg"), files: {} };
  const error = await open(row).catch((refusal) => refusal);
  expect(error.message).toContain("no folders of classes");
  expect(error.message).not.toContain("labelPattern");
});
