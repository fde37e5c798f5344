import type { PictureSize } from "./decode-image.ts";

/** Sides are multiples of this, which divides well by the strides of networks. */
const STEP = 8;

/** More than this a side, or as much in area, is a matter of patience on a processor: ask for it by `imageSize`. */
const LARGEST = 64;

/** Proportions that differ by less than this are one. */
const ALIKE = 1.1;

/**
 * The size that pictures are brought to. Small pictures that are all of one size keep it. Otherwise the median of their
 * shorter sides, at most 64, as a multiple of 8; square, or where nearly all have the same proportions, with those and
 * about the area of that square.
 */
export function chooseSize(pictures: readonly PictureSize[]): readonly [height: number, width: number] {
  const { width, height } = pictures[0] as PictureSize;
  const same = pictures.every((picture) => picture.width === width && picture.height === height);
  if (same && width <= LARGEST && height <= LARGEST) return [height, width];
  const short = quantile(
    pictures.map((picture) => Math.min(picture.width, picture.height)),
    0.5,
  );
  const proportions = pictures.map((picture) => picture.width / picture.height);
  const [narrow, wide] = [quantile(proportions, 0.05), quantile(proportions, 0.95)];
  const proportion = wide / narrow < ALIKE ? quantile(proportions, 0.5) : 1;
  const longer = Math.max(proportion, 1 / proportion);
  const side = Math.min(short, LARGEST / Math.sqrt(longer));
  const [shortSide, longSide] = [toStep(side), toStep(side * longer)];
  return proportion >= 1 ? [shortSide, longSide] : [longSide, shortSide];
}

const toStep = (length: number): number => Math.max(STEP, STEP * Math.round(length / STEP));

/** The number below which the given share of them lies. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] as number;
}
