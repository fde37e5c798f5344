import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderNames } from "../src/predict/copy-by-class.ts";
import { openInputs } from "../src/predict/open-inputs.ts";
import { png } from "./support/data.ts";
import { temporaryFolder } from "./support/downhill.ts";

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

async function* piped(bytes: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(bytes as string);
  // In two pieces, as from a pipe.
  yield all.subarray(0, 5);
  yield all.subarray(5);
}

test("the standard input is an image, or a list of paths", async () => {
  mkdirSync(at("inside"));
  for (const file of ["a b.png", "inside/c.jpg"]) writeFileSync(at(file), "");
  const namesOf = async (bytes: string | Uint8Array) =>
    (await openInputs(["-"], piped(bytes))).files.map(({ name }) => name);
  const both = [at("a b.png"), at("inside/c.jpg")];
  expect(await namesOf(`${at("a b.png")}\r\n${at("inside")}\n`)).toEqual(both);
  expect(await namesOf(`${at("a b.png")}\0${at("inside")}\0`)).toEqual(both);
  for (const image of [await png(0, 0, 8), "P2\n1 1\n255\n7\n"]) {
    const { files } = await openInputs(["-"], piped(image));
    expect(files).toHaveLength(1);
    expect(Buffer.from((await files[0]?.read()) ?? "")).toEqual(Buffer.from(image as string));
  }
  await expect(namesOf("\n")).rejects.toThrow("-: the standard input is empty");
  await expect(openInputs(["-", "-"], piped(""))).rejects.toThrow("named twice");
});

test("names of classes become names of folders that all systems accept, each its own", () => {
  expect(folderNames(["unsure", "T-shirt/top", "Cat", "cat", "..", "a:b. ", "NUL", "猫", "Unsure", ""])).toEqual([
    ...["unsure", "T-shirt-top", "Cat", "cat-2", "-", "a-b", "NUL-", "猫", "Unsure-2", "--2"],
  ]);
});
