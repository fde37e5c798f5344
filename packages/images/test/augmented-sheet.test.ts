import sharp from "sharp";
import { expect, test } from "vitest";
import { augmentedSheet, createLoader, imageSet } from "../src/index.ts";

/** 9 images of 8 x 8, each of one gray. */
const SET = imageSet({
  images: Uint8Array.from({ length: 9 * 64 }, (_, i) => 20 + 25 * Math.floor(i / 64)),
  labels: Int32Array.from({ length: 9 }, (_, i) => i % 2),
  imageShape: [1, 8, 8],
  classNames: ["cat", "dog"],
});
const data = { train: SET, normalization: { mean: [0], std: [1] } };

test("a row for each image: the original, and the versions of the epochs of the loader", async () => {
  const augment = [{ kind: "mixup" as const }];
  const png = await augmentedSheet(data, { augment, seed: 3, count: 3, epochs: 2 });
  const { data: pixels, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): number => pixels[info.channels * (y * info.width + x)] as number;
  // Cells of 112 x 112 below the title; rows are 112 + 2 * 15 + 6 apart.
  const loader = createLoader(SET, {
    seed: 3,
    augment,
    order: Int32Array.of(0, 3, 6, 1, 2, 4, 5, 7, 8),
  });
  for (const row of [0, 1, 2]) {
    const y = 12 + 34 + row * 148 + 50;
    expect(at(12 + 50, y)).toBe(20 + 25 * 3 * row);
    for (const epoch of [0, 1]) {
      const expected = loader.batch(epoch, 0, 3).images[row * 64] as number;
      expect(at(12 + (epoch + 1) * 118 + 6 + 50, y)).toBe(expected);
    }
  }
  expect(
    Buffer.from(png).equals(Buffer.from(await augmentedSheet(data, { augment, seed: 3, count: 3, epochs: 2 }))),
  ).toBe(true);
});

test("numbers out of range", async () => {
  await expect(augmentedSheet(data, { count: 0 })).rejects.toThrow("count = 0. Expected a whole number of at least 1.");
});
