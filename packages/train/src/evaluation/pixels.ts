import { type CheckedSource, type PixelArray, pixelsFor } from "@downhill/images";
import type { Views } from "./views.ts";

export interface EvaluateOptions {
  /** Batch size. */
  readonly batchSize: number;
  /** Test-time augmentation of classifiers; default none. */
  readonly views?: Views;
  /** True to also measure ROC and precision-recall curves of classifiers; default false. */
  readonly ranking?: boolean;
  /** Called after each batch with the number of evaluated images. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Yields the pixels of all images of a set, batch by batch and in order. */
export function* batchesIn(
  source: CheckedSource,
  batchSize: number,
): Generator<{ readonly pixels: PixelArray; readonly from: number; readonly count: number }> {
  for (let from = 0; from < source.length; from += batchSize) {
    const count = Math.min(batchSize, source.length - from);
    const indices = Array.from({ length: count }, (_, i) => from + i);
    yield { pixels: pixelsOf(source, indices), from, count };
  }
}

/** Returns the pixels of images, one after another. */
export function pixelsOf(source: CheckedSource, indices: readonly number[]): PixelArray {
  const pixels = pixelsFor(source, indices.length);
  for (const [i, index] of indices.entries()) source.read(index, pixels, i * source.size);
  return pixels;
}
