import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { convertDataSet, DataError, type DataSet, OUTPUT_FORMATS, openDataSet, streamImages } from "../src/index.ts";
import { folderWith, idxFiles, newFolder } from "./temporary.ts";

let folder: string;
let original: DataSet;
const cache = newFolder();

beforeAll(async () => {
  const files: Record<string, Buffer> = {};
  for (const [p, part] of ["train", "test"].entries()) {
    for (const [k, name] of ["ant", "bee", "größer & Co"].entries()) {
      for (let i = 0; i < 3; i++) {
        const background = { r: 40 * k, g: 100 * p, b: 25 * i };
        const image = sharp({ create: { width: 8, height: 8, channels: 3, background } });
        files[`${part}/${name}/${i}.${i === 0 ? "jpg" : "png"}`] = await (i === 0
          ? image.jpeg()
          : image.png()
        ).toBuffer();
      }
    }
  }
  folder = folderWith(files);
  original = await openDataSet(folder, { cache });
});

describe("a converted data set", () => {
  test.each(OUTPUT_FORMATS)("as %s has the images, labels, classes and parts of its source", async (to) => {
    const out = join(newFolder(), to === "npz" ? "data.npz" : "data");
    const { path, counts, classNames } = await convertDataSet(folder, out, to, { cache });
    expect({ path, counts, classNames }).toEqual({
      path: out,
      counts: { train: 9, test: 9 },
      classNames: original.classNames,
    });
    const { fingerprint, kind } = await openDataSet(out, { cache });
    expect({ fingerprint, kind }).toEqual({ fingerprint: original.fingerprint, kind });
    // Nothing unfinished is left beside it.
    expect(readdirSync(join(out, "..")).length).toBe(1);
  });

  test("as a folder keeps the bytes of image files, and pixels become PNG files in order", async () => {
    const out = join(newFolder(), "copy");
    await convertDataSet(folder, out, "folder");
    for (const path of ["train/ant/0.jpg", "test/bee/2.png"]) {
      expect(readFileSync(join(out, path))).toEqual(readFileSync(join(folder, path)));
    }
    const pixels = join(newFolder(), "pixels");
    const source = folderWith({ ...idxFiles(), "classes.txt": "a/b\na-b\n.c\n" });
    const { notes } = await convertDataSet(source, pixels, "folder");
    expect(notes).toEqual([
      "Some class names cannot be names of folders, and are changed: 'a/b' is 'a-b', 'a-b' is 'a-b-2', '.c' is '-c'.",
    ]);
    expect(readdirSync(join(pixels, "train", "a-b"))).toEqual(["train-00000000.png", "train-00000003.png"]);
    const { train } = await openDataSet(source);
    const copied = await openDataSet(pixels, { cache, imageSize: [3, 4] });
    const [one, other] = [new Uint8Array(12), new Uint8Array(12)];
    train.read(3, one);
    copied.train.read(copied.train.labels.indexOf(copied.classNames.indexOf("a-b")) + 1, other);
    expect(other).toEqual(one);
  });

  test("is refused where something is in its place, and leaves nothing behind where its source cannot be read", async () => {
    await expect(convertDataSet(folder, folder, "parquet")).rejects.toThrow(
      new DataError(`${folder}: the folder is not empty. Expected a new or empty folder.`),
    );
    const empty = newFolder();
    const out = join(empty, "out");
    await expect(convertDataSet(newFolder(), out, "folder")).rejects.toThrow(/it has no images/);
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(empty)).toEqual([]);
  });
});

describe("a stream of images", () => {
  test("has each file's bytes with its label, and ends when it is aborted", async () => {
    const stream = await streamImages(folder);
    expect(stream).toMatchObject({ format: "folder", length: 18, classNames: original.classNames });
    const seen: string[] = [];
    for await (const { part, label, className, name, content } of stream) {
      expect(content.kind === "file" && content.bytes).toEqual(readFileSync(join(folder, name)));
      expect(className).toBe(original.classNames[label]);
      seen.push(`${part} ${className}`);
    }
    expect(seen).toHaveLength(18);
    const controller = new AbortController();
    const aborted = await streamImages(folder, { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(aborted[Symbol.asyncIterator]().next()).rejects.toThrow("enough");
    await expect(openDataSet(folder, { cache: newFolder(), signal: controller.signal })).rejects.toThrow("enough");
  });

  test("cuts pixels into images", async () => {
    const source = folderWith(idxFiles());
    const stream = await streamImages(source);
    const { test: part } = await openDataSet(source);
    let index = 0;
    const expected = new Uint8Array(12);
    for await (const image of stream) {
      if (image.part !== "test") continue;
      part?.read(index, expected);
      expect(image.content.kind === "pixels" && image.content.pixels).toEqual(expected);
      expect(image.label).toBe(part?.labels[index++]);
    }
    expect(index).toBe(4);
  });
});
