import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeImage } from "../src/decode/decode-image.ts";
import { decodeJpeg } from "../src/decode/jpeg/decode-jpeg.ts";

const fixture = (path: string): string => fileURLToPath(new URL(`./fixtures/${path}`, import.meta.url));
const file = (name: string): Uint8Array => readFileSync(fixture(`jpeg/${name}`));

interface Case {
  readonly file: string;
  readonly height: number;
  readonly width: number;
  readonly pixels: string;
}

const cases: readonly Case[] = JSON.parse(readFileSync(fixture("jpeg.json"), "utf8"));
const OTHER_KINDS = ["progressive.jpg", "rgb.jpg"];

const differences = (a: Uint8Array, b: Uint8Array): { readonly mean: number; readonly most: number } => {
  expect(a.length).toBe(b.length);
  const all = Array.from(a, (value, i) => Math.abs(value - (b[i] as number)));
  return { mean: all.reduce((sum, value) => sum + value, 0) / all.length, most: Math.max(...all) };
};

describe("a reduced JPEG file has the pixels of Pillow's full decoding, resampled", () => {
  test.each(cases.filter(({ file }) => !OTHER_KINDS.includes(file)))(
    "$file, to $width x $height",
    ({ file: name, height, width, pixels }) => {
      const found = decodeJpeg(file(name), height, width) as Uint8Array;
      const { mean, most } = differences(found, Buffer.from(pixels, "base64"));
      // Both filters ring at edges, and colors are coarser; a shift by half a sample has a mean of 4.
      expect(mean).toBeLessThan(1.8);
      expect(most).toBeLessThan(36);
    },
  );
});

describe("other kinds are left to the image library", () => {
  test.each(["progressive.jpg", "rgb.jpg", "cmyk.jpg", "arithmetic.jpg"])("%s", (name) => {
    expect(decodeJpeg(file(name), 24, 32)).toBe(null);
  });

  test.each(cases.filter(({ file }) => OTHER_KINDS.includes(file)))(
    "which decodes $file alike, to $width x $height",
    async ({ file: name, height, width, pixels }) => {
      const found = await decodeImage(file(name), { hasAlpha: false, isDeep: false }, height, width);
      // The library crops whole pixels.
      expect(differences(found, Buffer.from(pixels, "base64")).mean).toBeLessThan(6);
    },
  );

  test("and sizes over a quarter of the file's", () => {
    expect(decodeJpeg(file("420.jpg"), 37, 50)).not.toBe(null);
    expect(decodeJpeg(file("420.jpg"), 38, 51)).toBe(null);
  });
});

describe("damage", () => {
  test("a file that ends early is left to the image library", () => {
    const bytes = file("420.jpg");
    for (let length = 0; length < bytes.length; length += 37) {
      expect(decodeJpeg(bytes.subarray(0, length), 24, 32)).toBe(null);
    }
  });

  test("changed bytes never throw", () => {
    const places = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom("420.jpg", "optimized.jpg", "restart.jpg"), places, (name, changes) => {
        const bytes = Uint8Array.from(file(name));
        for (const [place, value] of changes) bytes[place % bytes.length] = value;
        const pixels = decodeJpeg(bytes, 24, 32);
        if (pixels) expect(pixels.length).toBe(3 * 24 * 32);
      }),
      { numRuns: 500, seed: 23 },
    );
  });
});
