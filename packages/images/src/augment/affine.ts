import type { Setup } from "./define.ts";
import { type Edges, pixelAt } from "./edges.ts";

/**
 * Moves each pixel of an image: the one at (x, y), measured from the middle, is taken from
 * (a x + b y + moveX, c x + d y + moveY), between pixels by bilinear interpolation.
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

/** Room for images of a size, kept between calls. */
export function createAffine({ shape: [channels, height, width], mean }: Setup, edges: Edges): Affine {
  const plane = height * width;
  const before = new Uint8Array(channels * plane);
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const fills = Float64Array.from({ length: channels }, (_, i) => (edges === "mean" ? (mean[i] as number) : 0));
  return (image, a, b, moveX, c, d, moveY) => {
    before.set(image);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const fromX = a * (x - middleX) + b * (y - middleY) + moveX + middleX;
        const fromY = c * (x - middleX) + d * (y - middleY) + moveY + middleY;
        const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
        const [right, down] = [fromX - left, fromY - top];
        const x0 = pixelAt(left, width, edges);
        const x1 = pixelAt(left + 1, width, edges);
        const y0 = pixelAt(top, height, edges);
        const y1 = pixelAt(top + 1, height, edges);
        for (let channel = 0; channel < channels; channel++) {
          const base = channel * plane;
          const fill = fills[channel] as number;
          const p00 = (x0 | y0) < 0 ? fill : (before[base + y0 * width + x0] as number);
          const p01 = (x1 | y0) < 0 ? fill : (before[base + y0 * width + x1] as number);
          const p10 = (x0 | y1) < 0 ? fill : (before[base + y1 * width + x0] as number);
          const p11 = (x1 | y1) < 0 ? fill : (before[base + y1 * width + x1] as number);
          const upper = p00 + (p01 - p00) * right;
          const lower = p10 + (p11 - p10) * right;
          image[base + y * width + x] = upper + (lower - upper) * down + 0.5;
        }
      }
    }
  };
}
