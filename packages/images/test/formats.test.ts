import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readImage, type SampleOptions } from "../src/index.ts";

const fixture = (path: string): string => fileURLToPath(new URL(`./fixtures/${path}`, import.meta.url));

interface Case {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly tolerance: number;
  readonly options: SampleOptions;
  readonly pixels: string;
}

const cases: readonly Case[] = JSON.parse(readFileSync(fixture("formats.json"), "utf8"));

test.each(cases)("$file with $options has the pixels that another tool reads", async (picture) => {
  const { file, width, height, tolerance, options } = picture;
  const found = await readImage(fixture(`formats/${file}`), [3, height, width], options);
  const expected = Buffer.from(picture.pixels, "base64");
  const plane = width * height;
  const largest = found.reduce((most, value, i) => {
    const other = expected[(i % plane) * 3 + Math.floor(i / plane)] as number;
    return Math.max(most, Math.abs(value - other));
  }, 0);
  expect(largest).toBeLessThanOrEqual(tolerance);
});
