import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { FileBuffer } from "../src/files/file-buffer.ts";
import { openDataSet, readImage } from "../src/index.ts";
import { folderWith, newFolder } from "./temporary.ts";

/** More images than one thread decodes, of several formats, one of them damaged. */
async function makeImages(count: number): Promise<string> {
  const folder = newFolder();
  for (const name of ["a", "b"]) mkdirSync(join(folder, name));
  for (let i = 0; i < count; i++) {
    const background = { r: i % 256, g: (7 * i) % 256, b: 100 };
    const picture = sharp({ create: { width: 40 + (i % 3), height: 36, channels: 3, background } });
    const [ending, bytes] =
      i % 4 === 0 ? ["png", await picture.png().toBuffer()] : ["jpg", await picture.jpeg().toBuffer()];
    writeFileSync(join(folder, i % 2 ? "a" : "b", `${i}.${ending}`), i === 5 ? bytes.subarray(0, -20) : bytes);
  }
  return folder;
}

test("threads decode many images as one thread does, and report those that cannot be used", async () => {
  const folder = await makeImages(300);
  const cache = newFolder();
  const { train, report, imageShape } = await openDataSet(folder, { cache, imageSize: 8, validationShare: 0 });
  // A thread has written the cache, which is complete.
  expect(readdirSync(cache)).toEqual([expect.stringMatching(/\.images$/)]);
  expect(train.length).toBe(299);
  expect(report.failures.map(({ path }) => path)).toEqual([join("a", "5.jpg")]);
  const pixels = new Uint8Array(3 * 8 * 8);
  for (let i = 0; i < train.length; i += 13) {
    train.read(i, pixels, 0);
    expect(pixels).toEqual(await readImage(join(folder, train.nameOf(i)), imageShape));
  }
});

test("an aborted reading ends, with the threads", async () => {
  const folder = await makeImages(260);
  const aborting = new AbortController();
  const options = { cache: newFolder(), imageSize: 8, signal: aborting.signal };
  const reading = openDataSet(folder, options, ({ done }) => {
    if (done > 20) aborting.abort(new Error("enough"));
  });
  await expect(reading).rejects.toThrow("enough");
});

test("the size is that of all headers, also if a sample of them suggests another one", async () => {
  // Of 200 images, every third is sampled. Equal images count once, so that the median of all sides is 24.
  const folder = newFolder();
  for (const name of ["a", "b"]) mkdirSync(join(folder, name));
  const side = async (length: number): Promise<Buffer> =>
    sharp({ create: { width: length, height: length, channels: 3, background: "red" } })
      .png()
      .toBuffer();
  const [small, large] = [await side(16), await side(24)];
  for (let i = 0; i < 200; i++) {
    const name = `${String(i % 100).padStart(2, "0")}.png`;
    writeFileSync(join(folder, i < 100 ? "a" : "b", name), i === 1 || i === 5 ? large : small);
  }
  const options = { cache: newFolder(), validationShare: 0 };
  const first = await openDataSet(folder, options);
  expect(first.report.notes).toEqual(["Images of 16x16 to 24x24 pixels are resized to 24x24."]);
  expect((await openDataSet(folder, options)).fingerprint).toBe(first.fingerprint);
});

test("a buffer holds one file at a time, of any size", () => {
  const files = [0, 2 ** 18, 3, 2 ** 19 + 1].map((size, i) => Buffer.alloc(size, i));
  const folder = folderWith(Object.fromEntries(files.map((bytes, i) => [`${i}`, bytes])));
  const buffer = new FileBuffer();
  for (const [i, bytes] of files.entries()) expect(bytes.equals(buffer.read(join(folder, `${i}`)))).toBe(true);
  expect(() => buffer.read(folder)).toThrow(`${folder}: it cannot be read`);
});
