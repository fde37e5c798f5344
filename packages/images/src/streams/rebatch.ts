import type { Batch } from "../batches/batch.ts";
import { DataError } from "../error.ts";
import type { PixelArray } from "../image-set/image-source.ts";
import { type PieceFormat, PieceReader, type Pieces } from "./pieces.ts";

/**
 * Divides images that arrive in pieces of any size into batches. The last batch may be smaller.
 * @param pieces an iterable or async iterable of `{ images, labels, targets }`
 * @throws DataError for an invalid batch size, or a piece of another type or shape
 * @example
 * for await (const { images, labels } of rebatch(rows, { batchSize: 64, imageShape: [1, 28, 28] })) {
 *   await step.run(images, labels);
 * }
 */
export async function* rebatch(
  pieces: Pieces,
  options: PieceFormat & { readonly batchSize: number; readonly dropLast?: boolean },
): AsyncGenerator<Batch<PixelArray>, void, undefined> {
  const { batchSize, dropLast = false } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new DataError(`rebatch: batchSize = ${batchSize}. Expected a whole number of at least 1.`);
  }
  const reader = new PieceReader(pieces, options, "rebatch");
  try {
    for (;;) {
      const batch = await reader.take(batchSize);
      if (!batch) return;
      const isWhole = batch.images.length === batchSize * sizeOf(options.imageShape);
      if (isWhole || !dropLast) yield batch;
    }
  } finally {
    await reader.close();
  }
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);
