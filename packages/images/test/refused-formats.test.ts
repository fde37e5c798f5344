import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { importOptional, optionalVersions } from "../src/decode/optional-package.ts";
import { DataError, openDataSet, readImage, type SampleOptions } from "../src/index.ts";
import { folderWith, newFolder } from "./temporary.ts";
import { type TiffPicture, tiff } from "./tiff.ts";

const fixture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`./fixtures/formats/${name}`, import.meta.url)));

const read = (contents: Uint8Array, options?: SampleOptions): Promise<Uint8Array> =>
  readImage(join(folderWith({ "x.img": contents }), "x.img"), [3, 16, 24], options);

/** Returns a copy of a fixture with some bytes replaced. */
function changed(name: string, at: number, ...bytes: readonly number[]): Buffer {
  const contents = Buffer.from(fixture(name));
  contents.set(bytes, at);
  return contents;
}

/** Returns the header of a BMP file with a size and a compression, and nothing else. */
function bmpHeader(width: number, height: number, bits: number, compression: number): Buffer {
  const header = Buffer.alloc(60);
  header.write("BM");
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(compression, 30);
  return header;
}

const bands = (samples: number, bits: number): TiffPicture => ({
  samples,
  bits,
  photometric: 1,
  extraSamples: new Array(samples - 1).fill(0),
  value: (pixel, sample) => 10 * sample + pixel,
});

describe("files that cannot be used are refused with the reason", () => {
  const damaged = "it is damaged or truncated";
  test.each<[string, Uint8Array, string, SampleOptions?]>([
    [
      "a BMP header of 60,000 pixels a side",
      bmpHeader(60_000, 60_000, 24, 0),
      "it has 60000x60000 pixels; expected at most",
    ],
    ["a BMP header of 16,000 pixels a side", bmpHeader(16_000, 16_000, 24, 0), `${damaged} (60 bytes for 16000x16000`],
    [
      "a run-length code of 16,000 pixels a side",
      bmpHeader(16_000, 16_000, 8, 1),
      `${damaged} (60 bytes for 16000x16000`,
    ],
    ["a BMP of no width", bmpHeader(0, 5, 24, 0), `${damaged} (BMP: a size of 0x5)`],
    [
      "a BMP with a JPEG inside",
      bmpHeader(5, 5, 24, 4),
      "its BMP compression is JPEG; expected none, bit fields or RLE",
    ],
    ["a BMP without its end", fixture("bits-24.bmp").subarray(0, 900), `${damaged} (BMP: 900 bytes for 24x16 pixels)`],
    ["an RLE BMP without its end", fixture("rle8.bmp").subarray(0, -20), `${damaged} (BMP: its end is missing)`],
    ["a PPM of 60,000 pixels a side", Buffer.from("P6 60000 60000 255\n"), "it has 60000x60000 pixels"],
    ["a PPM without its end", fixture("p6.ppm").subarray(0, 200), `${damaged} (PNM: 200 bytes for 24x16 pixels)`],
    ["a PGM with a word", Buffer.from("P2 2 2 255\n1 2 three 4 5 6"), `${damaged} (PNM: a value that is no number)`],
    ["a PGM without a size", Buffer.from("P5\n# 24 16\nx"), `${damaged} (PNM: no size)`],
    ["a PAM of five bands", Buffer.from("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 5\nMAXVAL 255\nENDHDR\n12345"), "it has 5 bands"],
    ["a HEIC without its end", fixture("photo.heic").subarray(0, 300), damaged],
    ["a JPEG XL without its end", fixture("plain.jxl").subarray(0, 60), damaged],
    ["a JPEG 2000 without its end", fixture("plain.jp2").subarray(0, 100), damaged],
    [
      "a JPEG 2000 of 60,000 pixels",
      changed("bare.j2k", 8, 0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60),
      "it has 60000x60000 pixels",
    ],
    ["a JPEG 2000 with alpha", fixture("alpha.jp2"), "it has 4 bands in place of gray or RGB, which is not supported"],
    ["a DICOM of two frames", fixture("frames.dcm"), "it has 2 frames; expected one; save the frames as files"],
    [
      "a compressed DICOM",
      fixture("compressed.dcm"),
      "compressed (RLE, transfer syntax 1.2.840.10008.1.2.5); expected none",
    ],
    ["a DICOM without its end", fixture("window.dcm").subarray(0, -9), damaged],
    ["bands of a DICOM", fixture("window.dcm"), "its format is DICOM, which has no bands", { bands: [1] }],
    ["bands of a WebP", fixture("frames.webp"), "bands is set, but it is no TIFF, PNG, PNM", { bands: [1] }],
    ["a band that is absent", tiff(bands(5, 8)), "it has 5 bands, and no band 6; select others", { bands: [6] }],
    ["16 bits without a range", tiff(bands(2, 16)), "no defined white (they reach from 0 to 63)", { bands: [1] }],
  ])("%s", async (_, contents, reason, options) => {
    const reading = read(contents, options);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(reason);
  });

  test("a package that is not installed, with the command that installs it", async () => {
    const loading = importOptional("no-such-package/file.mjs", "its format is HEIC", "convert it to JPEG");
    await expect(loading).rejects.toThrow(
      'its format is HEIC, which needs the package no-such-package; install it beside Downhill by "npm install no-such-package" (with -g if Downhill is installed globally), or convert it to JPEG',
    );
    expect(optionalVersions()).toEqual({ "libheif-js": expect.any(String), geotiff: expect.any(String) });
  });
});

test("a data set of many formats, whose selected bands are part of the cache", async () => {
  const files: Record<string, Uint8Array> = {};
  for (const [i, name] of ["bits-24.bmp", "p6.ppm", "photo.heic", "plain.jp2", "plain.jxl", "rgb.dcm"].entries()) {
    files[`${i % 2 === 0 ? "a" : "b"}/${name}`] = fixture(name);
  }
  const { train, report } = await openDataSet(folderWith(files), { cache: newFolder(), validationShare: 0 });
  expect([train.length, report.failures]).toEqual([6, []]);

  const folder = folderWith({ "a/1.tif": tiff(bands(5, 8)), "b/1.tif": tiff({ ...bands(5, 8), bits: 16 }) });
  const cache = newFolder();
  const first = async (options: SampleOptions): Promise<number> => {
    const data = await openDataSet(folder, { cache, validationShare: 0, imageSize: [4, 16], ...options });
    const pixels = new Uint8Array(data.train.imageShape.reduce((product, side) => product * side));
    data.train.read(0, pixels);
    return pixels[0] as number;
  };
  expect(await first({ bands: [2], valueRange: [0, 255] })).toBe(10);
  expect(await first({ bands: [4], valueRange: [0, 255] })).toBe(30);
  expect(await first({ bands: [4], valueRange: [0, 510] })).toBe(15);
});
