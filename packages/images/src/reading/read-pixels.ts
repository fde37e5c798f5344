import type { PartName } from "../data-set/parts.ts";
import type { PixelImages, PixelPart, ReadContext } from "../formats/format.ts";
import type { ImageSetHandle } from "../image-set/image-set.ts";
import { sizeOf } from "../image-set/shape.ts";
import { finishPool } from "../pool/finish-pool.ts";
import { PoolTooLarge, PoolWriter } from "../pool/pool-writer.ts";
import type { RawData } from "./raw-data.ts";
import { tooLarge } from "./too-large.ts";

/** Reads images that are stored as pixels. */
export async function readPixels(
  { parts, classNames, ignored = new Map(), findings = [], isFold = false }: PixelImages,
  context: ReadContext,
): Promise<RawData> {
  const read: Partial<Record<PartName, ImageSetHandle>> = {};
  for (const part of parts) read[part.part] = { ...(await readPart(part, context)), classNames };
  return { parts: read, failures: [], ignored, findings, isFold, about: [] };
}

async function readPart(
  { part, imageShape, labels, pixels }: PixelPart,
  { place, onProgress, signal }: ReadContext,
): Promise<Omit<ImageSetHandle, "classNames">> {
  const size = sizeOf(imageShape);
  const bytes = size * labels.length;
  let writer: PoolWriter | undefined;
  try {
    writer = new PoolWriter(bytes, place);
    let at = 0;
    for await (const piece of pixels()) {
      signal?.throwIfAborted();
      writer.write(at, piece);
      at += piece.length;
      onProgress({ what: `reading ${part} images`, done: Math.floor(at / size), total: labels.length });
    }
  } catch (error) {
    writer?.discard();
    throw error instanceof PoolTooLarge ? tooLarge(`the ${part} part`, place, bytes) : error;
  }
  const numbers = Int32Array.from(labels, (_, i) => i);
  return { imageShape, labels, places: numbers, pool: finishPool(writer, bytes), names: { word: part, numbers } };
}
