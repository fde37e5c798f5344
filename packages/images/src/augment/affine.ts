import { byteAt } from "../bytes.ts";
import type { Setup } from "./define.ts";
import { type Edges, sourceIndex } from "./edges.ts";

/**
 * Transforms an image in place: the pixel at (x, y), measured from the middle, is taken from
 * (a x + b y + moveX, c x + d y + moveY) by bilinear interpolation.
 */
export type Affine = (
  image: Uint8Array,
  a: number,
  b: number,
  moveX: number,
  c: number,
  d: number,
  moveY: number,
) => void;

/** Creates a transform for images of one shape. Its buffers are reused between calls. */
export function createAffine({ shape: [channels, height, width], mean }: Setup, edges: Edges): Affine {
  const plane = height * width;
  const before = new Uint8Array(channels * plane);
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const fills = edges === "mean" ? mean : new Uint8Array(channels);
  return (image, a, b, moveX, c, d, moveY) => {
    before.set(image);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const fromX = a * (x - middleX) + b * (y - middleY) + moveX + middleX;
        const fromY = c * (x - middleX) + d * (y - middleY) + moveY + middleY;
        const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
        const [right, down] = [fromX - left, fromY - top];
        const x0 = sourceIndex(left, width, edges);
        const x1 = sourceIndex(left + 1, width, edges);
        const y0 = sourceIndex(top, height, edges);
        const y1 = sourceIndex(top + 1, height, edges);
        for (let channel = 0; channel < channels; channel++) {
          const base = channel * plane;
          const fill = byteAt(fills, channel);
          const p00 = (x0 | y0) < 0 ? fill : byteAt(before, base + y0 * width + x0);
          const p01 = (x1 | y0) < 0 ? fill : byteAt(before, base + y0 * width + x1);
          const p10 = (x0 | y1) < 0 ? fill : byteAt(before, base + y1 * width + x0);
          const p11 = (x1 | y1) < 0 ? fill : byteAt(before, base + y1 * width + x1);
          const upper = p00 + (p01 - p00) * right;
          const lower = p10 + (p11 - p10) * right;
          image[base + y * width + x] = upper + (lower - upper) * down + 0.5;
        }
      }
    }
  };
}
