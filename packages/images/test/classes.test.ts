import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { matchClasses } from "../src/classes/match-classes.ts";
import { openDataSet } from "../src/index.ts";
import { folderWith, idxFiles, newFolder } from "./temporary.ts";

describe("class names are matched", () => {
  test.each<[what: string, names: string[], known: string[], matches: (number | null)[], absent: string[]]>([
    ["as they are", ["b", "a"], ["a", "b", "c"], [1, 0], ["c"]],
    ["after Unicode normalization", ["cafe\u0301"], ["caf\u00e9"], [0], []],
    ["but for case, where it is clear", ["CAT", "Dog"], ["cat", "dog"], [0, 1], []],
    ["exactly, where names differ in case alone", ["a", "A"], ["A", "a"], [1, 0], []],
    ["not, where two names would mean one class", ["Cat", "CAT"], ["cat"], [null, null], ["cat"]],
    ["not, where one name could mean two classes", ["CAt"], ["cat", "Cat"], [null], ["cat", "Cat"]],
    ["whatever objects inherit", ["constructor", "__proto__"], ["toString", "__proto__"], [null, 1], ["toString"]],
  ])("%s", (_, names, known, matches, absent) => {
    const found = matchClasses(names, known);
    expect(found.matches).toEqual(matches);
    expect(found.absent).toEqual(absent);
    expect(found.unknown).toEqual(names.filter((_, i) => matches[i] === null));
  });

  test("10,000 of them in negligible time", () => {
    const known = Array.from({ length: 10_000 }, (_, i) => `class ${i}`);
    expect(matchClasses([...known].reverse(), known).matches.slice(0, 2)).toEqual([9999, 9998]);
  });
});

test("labels refer to the expected classes, some of which may be absent", async () => {
  const folder = folderWith({ ...idxFiles(), "classes.txt": "cat\ndog\nowl\n" });
  const { train, classNames } = await openDataSet(folder, { classes: ["ant", "owl", "dog", "cat"] });
  expect(classNames).toEqual(["ant", "owl", "dog", "cat"]);
  expect([...train.labels]).toEqual([3, 2, 1, 3, 2, 1]);
});

test("an expected class may be absent from the training part and present in the test part", async () => {
  const picture = (blue: number): Promise<Buffer> =>
    sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 9, g: 120, b: blue } } })
      .png()
      .toBuffer();
  const folder = folderWith({ "train/dogs/1.png": await picture(1), "test/Cats/1.png": await picture(2) });
  const { train, test } = await openDataSet(folder, {
    classes: ["cats", "dogs"],
    cache: newFolder(),
    validationShare: 0,
  });
  expect([...train.labels]).toEqual([1]);
  expect([...(test?.labels ?? [])]).toEqual([0]);
});

test("an unknown class is refused in one sentence, also among 1,000", async () => {
  const names = Array.from({ length: 1000 }, (_, i) => `a class with a long name, number ${i}`);
  const opening = openDataSet(folderWith({ ...idxFiles() }), { classes: names });
  await expect(opening).rejects.toThrow(
    "3 of its 3 classes are unknown to the model: 0, 1, 2. Expected a class with a long name, number 0, ",
  );
  const error = await opening.catch((thrown: Error) => thrown);
  expect((error as Error).message.length).toBeLessThan(600);
});
