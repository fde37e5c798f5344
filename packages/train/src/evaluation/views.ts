import type { ImageShape } from "@downhill/graph";

/**
 * The ways to look at an image whose predictions are averaged (test-time augmentation): as it is; and its mirror image;
 * and both of them moved by a pixel up and left, and down and right, as https://arxiv.org/abs/2404.00498 does.
 */
export const VIEWS = ["none", "flip", "flip-and-shift"] as const;
export type Views = (typeof VIEWS)[number];

interface View {
  readonly mirrored: boolean;
  /** Pixels, down and right. */
  readonly shift: number;
  readonly weight: number;
}

const BY_NAME: Readonly<Record<Views, readonly View[]>> = {
  none: [{ mirrored: false, shift: 0, weight: 1 }],
  flip: [false, true].map((mirrored) => ({ mirrored, shift: 0, weight: 1 / 2 })),
  // Half of the weight on the image where it is, the rest on both that are moved.
  "flip-and-shift": [false, true].flatMap((mirrored) =>
    [0, -1, 1].map((shift) => ({ mirrored, shift, weight: shift === 0 ? 1 / 4 : 1 / 8 })),
  ),
};

/** Each view of a batch of images [count, ...shape] with its weight; the weights sum to 1. */
export function* viewsOf(
  images: Uint8Array,
  shape: ImageShape,
  views: Views,
): Generator<{ readonly images: Uint8Array; readonly weight: number }> {
  for (const { weight, ...view } of BY_NAME[views]) {
    const same = !view.mirrored && view.shift === 0;
    yield { images: same ? images : look(images, shape, view), weight };
  }
}

/** Pixels that a shift brings in from outside are those of the mirrored border, as in random crops. */
function look(
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
