import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseSize } from "../src/decode/choose-size.ts";

const of = (...sizes: readonly (readonly [width: number, height: number])[]) =>
  chooseSize(sizes.map(([width, height]) => ({ width, height })));

test.each([
  [
    "small ones of one size keep it",
    [
      [28, 28],
      [28, 28],
    ],
    [28, 28],
  ],
  [
    "small ones of one size keep its proportions",
    [
      [60, 20],
      [60, 20],
    ],
    [20, 60],
  ],
  [
    "larger ones of one size",
    [
      [100, 100],
      [100, 100],
    ],
    [64, 64],
  ],
  [
    "the median of shorter sides, as a multiple of 8",
    [
      [30, 50],
      [45, 35],
      [90, 41],
    ],
    [32, 32],
  ],
  [
    "photos held in one way",
    [
      [4000, 3000],
      [2000, 1500],
    ],
    [56, 72],
  ],
  [
    "photos held upright",
    [
      [3000, 4000],
      [1500, 2000],
    ],
    [72, 56],
  ],
  [
    "photos held both ways",
    [
      [4000, 3000],
      [3000, 4000],
    ],
    [64, 64],
  ],
  [
    "lines of text",
    [
      [300, 30],
      [310, 31],
      [320, 32],
    ],
    [24, 200],
  ],
  [
    "tiny ones",
    [
      [3, 3],
      [2, 5],
    ],
    [8, 8],
  ],
] as const)("%s", (_, sizes, expected) => {
  expect(of(...sizes)).toEqual(expected);
});

test("sides are multiples of 8, of about 64x64 pixels at most, for all images", () => {
  const sizes = fc.array(
    fc.record({ width: fc.integer({ min: 1, max: 20_000 }), height: fc.integer({ min: 1, max: 20_000 }) }),
    {
      minLength: 2,
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(sizes, (pictures) => {
      const [height, width] = chooseSize(pictures);
      const [{ width: w, height: h }] = pictures as [(typeof pictures)[0]];
      if (pictures.every((picture) => picture.width === w && picture.height === h) && Math.max(w, h) <= 64) {
        expect([height, width]).toEqual([h, w]);
      } else {
        expect([height % 8, width % 8]).toEqual([0, 0]);
      }
    }),
  );
});
