import { defined } from "@downhill/optim/defined";
import sharp from "sharp";
import type { CacheFacts, SizeRange } from "../cache/image-cache.ts";
import type { DataOptions } from "../data-set/options.ts";
import { makeGray } from "../decode/decode-image.ts";
import type { ImageSize } from "../decode/image-header.ts";
import { optionalVersions } from "../decode/optional-package.ts";
import type { SampleOptions } from "../decode/sample-options.ts";
import { DataError } from "../error.ts";
import type { PoolWriter } from "../pool/pool-writer.ts";

/** The versions that decoded bytes depend on. The decoder's number increases when this package decodes differently. */
export const VERSIONS = {
  decoder: 5,
  sharp: sharp.versions.sharp,
  vips: sharp.versions.vips,
  ...optionalVersions(),
};

/** Decoded images in the order of their sources, without failures. */
export type Decoded = Omit<CacheFacts, "sha256"> & {
  /** The writer, which has the images in its first `bytes`; null if they fit neither the disk nor the memory. */
  readonly writer: PoolWriter | null;
  readonly bytes: number;
};

/** Returns the options that the samples of each image depend on. */
export const samplesOf = ({ bands, valueRange }: DataOptions): SampleOptions => defined({ bands, valueRange });

/** Checks that at least one image is usable. @throws DataError */
export function checkAny(
  folder: string,
  sources: readonly { readonly hash: string; readonly path: string }[],
  failures: Readonly<Record<string, string>>,
): void {
  const [first] = sources;
  if (sources.some(({ hash }) => !(hash in failures))) return;
  const reason = first ? `, such as ${first.path}: ${failures[first.hash]}` : "";
  throw new DataError(`${folder}: none of its images can be used${reason}.`);
}

/** Moves the usable images together at the start, and reduces them to one channel if required. */
export function compact(writer: PoolWriter, kept: readonly number[], size: number, channels: 1 | 3): void {
  const pixels = new Uint8Array(size);
  let at = 0;
  for (const index of kept) {
    if (channels === 3 && at === index * size) {
      at += size;
      continue;
    }
    writer.read(index * size, pixels);
    const image = channels === 1 ? makeGray(pixels) : pixels;
    writer.write(at, image);
    at += image.length;
  }
}

/** Returns both sides of the option; null if it is unset. */
export function sizeFrom(imageSize: DataOptions["imageSize"]): readonly [height: number, width: number] | null {
  if (imageSize === undefined) return null;
  return typeof imageSize === "number" ? [imageSize, imageSize] : imageSize;
}

export function rangeOf(sizes: readonly ImageSize[]): SizeRange {
  const sorted = [...sizes].sort((a, b) => a.width * a.height - b.width * b.height || a.width - b.width);
  const pair = ({ width, height }: ImageSize): readonly [number, number] => [width, height];
  return { smallest: pair(sorted[0] as ImageSize), largest: pair(sorted.at(-1) as ImageSize) };
}
