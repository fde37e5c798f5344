import { symlinkSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findByGlob, isGlob } from "../src/files/glob.ts";
import { type OpenImageFiles, openImageFiles } from "../src/files/open-image-files.ts";
import { folderWith } from "./temporary.ts";

const FILES = ["a/1.jpg", "a/2.PNG", "a/note.txt", "a/.hidden.jpg", "a/deep/er/3.webp", "b(1)/[x].jpg", "b(1)/y.jpg"];
const folder = folderWith(Object.fromEntries(FILES.map((file) => [file, file])));
symlinkSync(folder, join(folder, "a/deep/back"));

test.each([
  ["a/*", ["a/1.jpg", "a/2.PNG", "a/deep"]],
  ["a/*.jpg", ["a/1.jpg"]],
  ["a/?.*", ["a/1.jpg", "a/2.PNG"]],
  ["*/[0-9].jpg", ["a/1.jpg"]],
  ["a/[!1].*", ["a/2.PNG"]],
  ["a/{1.jpg,2.{PNG,gif}}", ["a/1.jpg", "a/2.PNG"]],
  ["**/*.webp", ["a/deep/er/3.webp"]],
  ["a/**", ["a/1.jpg", "a/2.PNG", "a/deep/er/3.webp"]],
  ["**/er", ["a/deep/er"]],
  ["b(1)/*", ["b(1)/[x].jpg", "b(1)/y.jpg"]],
  ["none/*", []],
  ["a/note.{txt,md}", ["a/note.txt"]],
])("the pattern %s finds %j", (pattern, expected) => {
  expect(isGlob(pattern)).toBe(true);
  expect(findByGlob(join(folder, pattern)).map((path) => relative(folder, path))).toEqual(expected);
});

test("a folder and an archive have the same images, and any other path is the only file", async () => {
  const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/archives/${name}`, import.meta.url));
  const [inFolder, inArchive] = await Promise.all(
    ["photos", "python-deflated.zip"].map((name) => openImageFiles(fixture(name))),
  );
  const contents = async ({ files }: OpenImageFiles) =>
    Promise.all(files.map(async ({ name, read }) => [basename(name), Buffer.from(await read()).toString("base64")]));
  expect(await contents(inArchive as OpenImageFiles)).toEqual(await contents(inFolder as OpenImageFiles));
  expect(inArchive?.files[0]?.name).toContain(join("python-deflated.zip", ""));
  await inArchive?.close();
  const none = await openImageFiles(join(folder, "none.jpg"));
  expect(none.files.map(({ name }) => name)).toEqual([join(folder, "none.jpg")]);
  await expect(none.files[0]?.read()).rejects.toThrow("it cannot be read");
});
