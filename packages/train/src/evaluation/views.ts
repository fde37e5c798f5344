import type { ImageShape } from "@downhill/graph";
import type { PixelArray } from "@downhill/images";

/**
 * Test-time augmentation: the views of an image whose predictions are averaged. "none" is the image itself, "flip" adds its
 * mirror image, "flip-and-shift" adds both shifted by a pixel up and left, and down and right, as in
 * https://arxiv.org/abs/2404.00498.
 */
export const VIEWS = ["none", "flip", "flip-and-shift"] as const;
export type Views = (typeof VIEWS)[number];

interface View {
  readonly mirrored: boolean;
  /** Shift down and to the right, in pixels. */
  readonly shift: number;
  readonly weight: number;
}

const BY_NAME: Readonly<Record<Views, readonly View[]>> = {
  none: [{ mirrored: false, shift: 0, weight: 1 }],
  flip: [false, true].map((mirrored) => ({ mirrored, shift: 0, weight: 1 / 2 })),
  // Half of the weight is on the unshifted image, a quarter on each shifted one.
  "flip-and-shift": [false, true].flatMap((mirrored) =>
    [0, -1, 1].map((shift) => ({ mirrored, shift, weight: shift === 0 ? 1 / 4 : 1 / 8 })),
  ),
};

/** Yields each view of a batch of images [count, ...shape] with its weight; the weights sum to 1. */
export function* viewsOf(
  images: PixelArray,
  shape: readonly number[],
  views: Views,
): Generator<{ readonly images: PixelArray; readonly weight: number }> {
  for (const { weight, ...view } of BY_NAME[views]) {
    const same = !view.mirrored && view.shift === 0;
    yield { images: same ? images : transform(images as Uint8Array, shape as ImageShape, view), weight };
  }
}

/** Applies a view. A shift fills the border with reflected pixels, as random crops do. */
function transform(
  images: Uint8Array,
  [, height, width]: ImageShape,
  { mirrored, shift }: Omit<View, "weight">,
): Uint8Array {
  const rows = Int32Array.from({ length: height }, (_, y) => reflect(y - shift, height) * width);
  const columns = Int32Array.from({ length: width }, (_, x) => {
    const from = reflect(x - shift, width);
    return mirrored ? width - 1 - from : from;
  });
  const plane = height * width;
  const seen = new Uint8Array(images.length);
  let at = 0;
  for (let start = 0; start < images.length; start += plane) {
    for (const row of rows) for (const column of columns) seen[at++] = images[start + row + column] as number;
  }
  return seen;
}

function reflect(index: number, length: number): number {
  const inside = index < 0 ? -index : index >= length ? 2 * (length - 1) - index : index;
  return Math.min(length - 1, Math.max(0, inside));
}
