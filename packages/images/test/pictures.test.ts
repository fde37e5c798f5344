import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { DataError, readImage } from "../src/index.ts";
import { newFolder } from "./temporary.ts";

const fixture = (path: string): string => fileURLToPath(new URL(`./fixtures/${path}`, import.meta.url));

interface Case {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly tolerance: number;
  readonly pixels: string;
}

const cases: readonly Case[] = JSON.parse(readFileSync(fixture("pictures.json"), "utf8"));

/** [channels, height, width] of [height, width, channels]. */
function byChannel(pixels: Uint8Array, channels: number): Uint8Array {
  const plane = pixels.length / channels;
  return Uint8Array.from(
    { length: pixels.length },
    (_, i) => pixels[(i % plane) * channels + Math.floor(i / plane)] as number,
  );
}

const largestDifference = (a: Uint8Array, b: Uint8Array): number => {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
};

describe("pixels equal Pillow's", () => {
  test.each(cases)("of $file, to within $tolerance", async ({ file, width, height, tolerance, pixels }) => {
    const found = await readImage(fixture(`pictures/${file}`), [3, height, width]);
    expect(largestDifference(found, byChannel(Buffer.from(pixels, "base64"), 3))).toBeLessThanOrEqual(tolerance);
  });

  test("in one channel, they equal Pillow's brightness", async () => {
    const color = byChannel(Buffer.from((cases[0] as Case).pixels, "base64"), 3);
    const grey = cases.find(({ file }) => file === "grey.png") as Case;
    const expected = byChannel(Buffer.from(grey.pixels, "base64"), 3).subarray(0, color.length / 3);
    const found = await readImage(fixture("pictures/plain.png"), [1, grey.height, grey.width]);
    expect(largestDifference(found, expected)).toBeLessThanOrEqual(1);
  });

  test("colors of another profile are converted to sRGB", async () => {
    const { width, height, pixels } = cases[0] as Case;
    const raw = { width, height, channels: 3 } as const;
    const file = join(newFolder(), "p3.png");
    await sharp(Buffer.from(pixels, "base64"), { raw }).withIccProfile("p3").png().toFile(file);
    const stored = await sharp(file, { ignoreIcc: true }).raw().toBuffer();
    expect(largestDifference(stored, Buffer.from(pixels, "base64"))).toBeGreaterThan(10);
    const found = await readImage(file, [3, height, width]);
    expect(largestDifference(found, byChannel(Buffer.from(pixels, "base64"), 3))).toBeLessThanOrEqual(4);
  });
});

describe("files that are not images are refused", () => {
  const cut = "it is damaged or truncated (";
  test.each([
    [
      "text.jpg",
      "it is a text file; expected JPEG, PNG, WebP, AVIF, GIF, TIFF, HEIC, BMP, PNM, JPEG 2000, JPEG XL or DICOM",
    ],
    ["empty.png", "it is empty"],
    ["cut-photo.jpg", cut],
    ["cut-progressive.jpeg", cut],
    ["cut-plain.png", cut],
    ["cut-lossless.webp", cut],
    ["cut-palette.gif", cut],
    ["cut-photo.avif", cut],
    [
      "cut-interlaced.tiff",
      "it is not JPEG, PNG, WebP, AVIF, GIF, TIFF, HEIC, BMP, PNM, JPEG 2000, JPEG XL or DICOM, or it is damaged",
    ],
    ["none.png", "it cannot be read: there is no such file or folder"],
  ])("%s: %s", async (file, reason) => {
    const reading = readImage(fixture(`pictures/${file}`), [3, 16, 24]);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(`${fixture(`pictures/${file}`)}: ${reason}`);
  });

  test("a vector drawing is not an image", async () => {
    const file = join(newFolder(), "drawing.png");
    writeFileSync(
      file,
      `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="5"/></svg>`,
    );
    await expect(readImage(file, [3, 9, 9])).rejects.toThrow("its format is svg; expected JPEG,");
  });

  /** A PNG whose header has another size, with few bytes of pixels. */
  function withSize(width: number, height: number): string {
    const file = join(newFolder(), "large.png");
    const whole = readFileSync(fixture("pictures/plain.png"));
    whole.writeUInt32BE(width, 16);
    whole.writeUInt32BE(height, 20);
    // The checksum of the header changes with it.
    whole.writeUInt32BE(crc32(whole.subarray(12, 29)), 29);
    writeFileSync(file, whole);
    return file;
  }

  test("30,000 pixels a side are refused by the header", async () => {
    const file = withSize(30_000, 30_000);
    await expect(readImage(file, [3, 9, 9])).rejects.toThrow(
      `${file}: it has 30000x30000 pixels; expected at most 256 million, such as 16384x16384; make it smaller`,
    );
  });

  test("a header with more pixels than the file can contain is refused before memory is allocated", async () => {
    const file = withSize(2 ** 24, 10);
    await expect(readImage(file, [3, 9, 9])).rejects.toThrow(
      /large\.png: it is damaged or truncated \(\d+ bytes for 16777216x10 pixels\)/,
    );
  });
});

/** PNG's, bit by bit. */
function crc32(data: Uint8Array): number {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
