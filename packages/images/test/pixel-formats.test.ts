import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { DataError, openDataSet, readImage } from "../src/index.ts";
import { folderWith, newFolder } from "./temporary.ts";
import { PIXELS, type TiffPicture, tiff } from "./tiff.ts";

/** Values from 0 up to the given one, in equal steps, in every sample. */
const upTo =
  (most: number): TiffPicture["value"] =>
  (pixel) =>
    Math.round((pixel * most) / (PIXELS - 1));

/** The same ramp with another sample behind it. */
const with4th =
  (fourth: number, most = 255): TiffPicture["value"] =>
  (pixel, sample) =>
    sample === 3 ? fourth : upTo(most)(pixel, sample);

const read = (contents: Uint8Array): Promise<Uint8Array> =>
  readImage(join(folderWith({ "x.tif": contents }), "x.tif"), [1, 4, 16]);

describe("samples with a defined white are scaled to it", () => {
  const half = (value: number): number => (value + 255) / 2;
  test.each<[string, TiffPicture, (pixel: number) => number]>([
    ["8 bits", { value: upTo(255) }, upTo(255) as never],
    ["8 bits of undefined format", { format: 4, value: upTo(255) }, upTo(255) as never],
    ["8 bits, white at 0", { photometric: 0, value: upTo(255) }, (p) => 255 - upTo(255)(p, 0)],
    ["4 bits", { bits: 4, value: upTo(15) }, (p) => 17 * upTo(15)(p, 0)],
    ["2 bits", { bits: 2, value: upTo(3) }, (p) => 85 * upTo(3)(p, 0)],
    ["1 bit", { bits: 1, value: upTo(1) }, (p) => 255 * upTo(1)(p, 0)],
    ["16 bits", { bits: 16, value: upTo(65535) }, (p) => upTo(65535)(p, 0) / 257],
    ["16 bits, white at 0", { bits: 16, photometric: 0, value: upTo(65535) }, (p) => 255 - upTo(65535)(p, 0) / 257],
    ["16 bits that reach 4096", { bits: 16, value: upTo(4096) }, (p) => upTo(4096)(p, 0) / 257],
    ["16 bits, all black", { bits: 16, value: () => 0 }, () => 0],
    ["16 bits, RGB", { bits: 16, samples: 3, value: upTo(65535) }, (p) => upTo(65535)(p, 0) / 257],
    ["CIELAB of 16 bits", { bits: 16, samples: 3, photometric: 8, format: 2, value: () => 0 }, () => 0],
    ["alpha", { samples: 4, extraSamples: [2], value: with4th(128) }, (p) => half(upTo(255)(p, 0))],
    ["premultiplied alpha", { samples: 4, extraSamples: [1], value: with4th(128, 127) }, (p) => upTo(127)(p, 0) + 127],
    [
      "alpha of 16 bits",
      { bits: 16, samples: 4, extraSamples: [2], value: with4th(32768, 65535) },
      (p) => half(upTo(255)(p, 0)),
    ],
    [
      "gray with alpha",
      { samples: 2, extraSamples: [2], value: (p, s) => (s === 1 ? 128 : upTo(255)(p, 0)) },
      (p) => half(upTo(255)(p, 0)),
    ],
  ])("%s", async (_, picture, expected) => {
    const pixels = await read(tiff(picture));
    for (const [pixel, value] of pixels.entries()) expect(Math.abs(value - expected(pixel))).toBeLessThanOrEqual(1);
  });
});

test.each([{ bigtiff: true }, { tile: true }, { pyramid: true, tile: true }, { compression: "deflate" } as const])(
  "a TIFF file with alpha, written with %j",
  async (options) => {
    const pixels = await read(
      await sharp(await disk(0))
        .tiff({ compression: "lzw", ...options })
        .toBuffer(),
    );
    expect([pixels[0], pixels[2 * 16 + 8]]).toEqual([255, 0]);
  },
);

describe("images without a defined white, color or transparency are refused with the reason", () => {
  const value = (pixel: number): number => pixel / PIXELS;
  test.each<[string, TiffPicture]>([
    ["floating-point numbers of 16 bits", { bits: 16, format: 3, value }],
    ["floating-point numbers of 32 bits", { bits: 32, format: 3, value }],
    ["floating-point numbers of 32 bits", { bits: 32, format: 3, samples: 3, value }],
    ["floating-point numbers of 64 bits", { bits: 64, format: 3, value }],
    ["complex numbers of 64 bits", { bits: 64, format: 6, value }],
    ["signed integers of 8 bits", { format: 2, value: upTo(127) }],
    ["signed integers of 16 bits", { bits: 16, format: 2, value: upTo(32767) }],
    ["signed integers of 32 bits", { bits: 32, format: 2, value: upTo(32767) }],
    ["its samples have 32 bits", { bits: 32, value: upTo(2 ** 32 - 1) }],
    ["its samples have 24 bits", { bits: 24, value: upTo(2 ** 24 - 1) }],
    ["its samples have 12 bits", { bits: 12, width: 2, value: () => 0 }],
    ["reach only 4095 of 65535, as when 12 bits are stored", { bits: 16, value: upTo(4095) }],
    ["reach only 1023 of 65535, as when 10 bits are stored", { bits: 16, samples: 3, value: upTo(1023) }],
    ["reach only 4095 of 65535", { bits: 16, photometric: 0, value: upTo(4095) }],
    ["reach only 4095 of 65535", { bits: 16, samples: 4, extraSamples: [2], value: with4th(65535, 4095) }],
    ["4 bands, the last of which is not declared as alpha", { samples: 4, extraSamples: [0], value: with4th(51) }],
    ["4 bands, the last of which is not declared as alpha", { samples: 4, value: with4th(51) }],
    ["2 bands, the last of which is not declared as alpha", { samples: 2, extraSamples: [0], value: upTo(255) }],
    ["it has 5 bands", { samples: 5, extraSamples: [0, 0], value: upTo(255) }],
    ["it has 5 bands", { samples: 5, extraSamples: [2, 0], value: upTo(255) }],
    ["it has 3 bands; expected gray", { samples: 3, photometric: 1, value: upTo(255) }],
    ["it has 2 bands; expected 3", { samples: 2, photometric: 2, value: upTo(255) }],
    ["a camera's raw mosaic", { bits: 16, photometric: 32803, value: upTo(65535) }],
    ["CIELAB of 8 bits", { samples: 3, photometric: 8, value: upTo(255) }],
  ])("%s", async (reason, picture) => {
    const reading = read(tiff(picture));
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(reason);
  });

  test("a 12-bit JPEG", async () => {
    const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#808080" } })
      .jpeg()
      .toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg[frame + 1] = 0xc1;
    jpeg[frame + 4] = 12;
    await expect(read(jpeg)).rejects.toThrow("it is a 12-bit JPEG; expected 8 bits");
  });

  test.each([
    ["PSD", "8BPS"],
    ["ICO", "\0\0\x01\0"],
    ["OpenEXR", "\x76\x2f\x31\x01"],
    ["NumPy", "\x93NUMPY"],
    ["ZIP", "PK\x03\x04"],
  ])("another format: %s", async (format, start) => {
    const reading = read(Buffer.concat([Buffer.from(start, "latin1"), Buffer.alloc(200)]));
    await expect(reading).rejects.toThrow(`its format is ${format}; expected JPEG, PNG`);
  });
});

/** A disk of a color on transparency. */
const disk = (color: number): Promise<Buffer> => {
  const pixels = Buffer.alloc(4 * 256, Uint8Array.of(color, color, color, 0));
  for (let i = 0; i < 256; i++) pixels[4 * i + 3] = Math.hypot((i % 16) - 8, Math.floor(i / 16) - 8) < 5 ? 255 : 0;
  return sharp(pixels, { raw: { width: 16, height: 16, channels: 4 } })
    .png()
    .toBuffer();
};

describe("transparency", () => {
  test("a black drawing is put on white", async () => {
    const pixels = await readImage(join(folderWith({ "x.png": await disk(0) }), "x.png"), [1, 16, 16]);
    expect([pixels[0], pixels[8 * 16 + 8]]).toEqual([255, 0]);
  });

  test("a white drawing, which would vanish, is refused", async () => {
    const file = join(folderWith({ "x.png": await disk(255) }), "x.png");
    await expect(readImage(file, [1, 16, 16])).rejects.toThrow("it is white on transparency, and a single color");
  });

  test("problems that only decoding reveals are in the report of the data set", async () => {
    const files: Record<string, Uint8Array> = {};
    for (const name of ["a", "b"]) {
      for (let i = 0; i < 4; i++) files[`${name}/${i}.tif`] = tiff({ value: (p) => (name === "a" ? p : 3 * p) + i });
    }
    files["a/deep.tif"] = tiff({ bits: 16, value: upTo(4095) });
    files["b/white.png"] = await disk(255);
    const { report } = await openDataSet(folderWith(files), { cache: newFolder() });
    expect(report.failures.map(({ path }) => path)).toEqual(["a/deep.tif", "b/white.png"]);
    expect(report.findings[0]).toContain("2 images cannot be used and are left out: a/deep.tif (its 16-bit values");
  });
});
