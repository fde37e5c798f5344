import type { ImageSize } from "./image-header.ts";

/** The sides are multiples of this number, which suits the strides of networks. */
const STEP = 8;

/** The largest side, and the side of the square of the largest area. `imageSize` allows more, but trains more slowly. */
const LARGEST = 64;

/** The ratio up to which proportions count as equal. */
const ALIKE = 1.1;

/**
 * Returns the size to which images are resized. Small images that all have one size keep it. Otherwise the result is a
 * square whose side is the median of the shorter sides, at most 64, rounded to a multiple of 8. If nearly all images have
 * the same proportions, the result has these proportions and about the area of that square.
 */
export function chooseSize(images: readonly ImageSize[]): readonly [height: number, width: number] {
  const { width, height } = images[0] as ImageSize;
  const same = images.every((image) => image.width === width && image.height === height);
  if (same && width <= LARGEST && height <= LARGEST) return [height, width];
  const shorterSides = images.map((image) => Math.min(image.width, image.height));
  const short = quantile(shorterSides, 0.5);
  const proportions = images.map((image) => image.width / image.height);
  const [narrow, wide] = [quantile(proportions, 0.05), quantile(proportions, 0.95)];
  const proportion = wide / narrow < ALIKE ? quantile(proportions, 0.5) : 1;
  const longer = Math.max(proportion, 1 / proportion);
  const side = Math.min(short, LARGEST / Math.sqrt(longer));
  const [shortSide, longSide] = [toStep(side), toStep(side * longer)];
  return proportion >= 1 ? [shortSide, longSide] : [longSide, shortSide];
}

const toStep = (length: number): number => Math.max(STEP, STEP * Math.round(length / STEP));

/** Returns the quantile of the given share. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] as number;
}
