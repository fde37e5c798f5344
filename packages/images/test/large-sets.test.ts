import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { openFiles } from "../src/files/open-files.ts";
import { openImageSet } from "../src/image-set/image-set.ts";
import { createLoader, DataError, openDataSet } from "../src/index.ts";
import { readFiles } from "../src/reading/read-files.ts";
import { folderWith, newFolder } from "./temporary.ts";

const IMAGES = 80;

/** A folder of two classes with images of different colors. */
async function photographs(): Promise<string> {
  const files: Record<string, Buffer> = {};
  for (let i = 0; i < IMAGES; i++) {
    const background = { r: (i * 3) % 256, g: (i * 40) % 256, b: 255 - i };
    files[`${i % 2 ? "cat" : "dog"}/${i}.png`] = await sharp({
      create: { width: 9, height: 8, channels: 3, background },
    })
      .png()
      .toBuffer();
  }
  return folderWith(files);
}

/** Reads a folder on a machine whose memory and disk have no room. */
async function readWithoutRoom(folder: string) {
  const notes: string[] = [];
  // A file in the place of the cache cannot be written to.
  const cache = join(newFolder(), "file");
  writeFileSync(cache, "");
  const place = { cache, memoryLimit: 0, note: (text: string) => void notes.push(text), freeMemory: () => 0 };
  const context = { known: null, anyClassCount: false, place, onProgress: () => {} };
  const { read } = await readFiles(await openFiles(folder, { place, onProgress: () => {} }), {}, context);
  return { read, notes };
}

describe("images that fit neither the memory nor the disk", () => {
  test("are decoded when they are read, to the same bytes in any order, and this is noted once", async () => {
    const folder = await photographs();
    const { train } = await openDataSet(folder, { cache: newFolder(), validationShare: 0 });
    const { read, notes } = await readWithoutRoom(folder);
    expect(read.parts.train?.pool.kind).toBe("images");
    expect(notes.filter((note) => note.includes("They are decoded again whenever they are read"))).toHaveLength(1);
    const set = openImageSet(read.parts.train as NonNullable<typeof read.parts.train>);
    const [expected, actual] = [createLoader(train, { seed: 1 }), createLoader(set, { seed: 1 })];
    for (const [from, count] of [
      [0, 50],
      [50, 30],
      [3, 1],
    ] as const) {
      expect(actual.batch(0, from, count)).toEqual(expected.batch(0, from, count));
    }
    const size = train.imageShape.reduce((product, side) => product * side);
    const [one, other] = [new Uint8Array(size), new Uint8Array(size)];
    for (const index of [79, 0, 41, 41]) {
      set.read(index, one);
      train.read(index, other);
      expect(one).toEqual(other);
    }
  });

  test("an image that has vanished is named", async () => {
    const folder = await photographs();
    const { read } = await readWithoutRoom(folder);
    const set = openImageSet(read.parts.train as NonNullable<typeof read.parts.train>);
    const name = set.nameOf(5);
    rmSync(join(folder, name));
    const pixels = new Uint8Array(set.imageShape.reduce((product, side) => product * side));
    expect(() => set.read(5, pixels)).toThrow(
      new DataError(
        `${join(folder, name)}: it was readable, but cannot be read again: there is no such file or folder. Open the data set again.`,
      ),
    );
    set.read(6, pixels);
    expect(pixels.some((value) => value > 0)).toBe(true);
  });
});
