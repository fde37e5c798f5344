import { defined } from "@downhill/optim/defined";
import sharp from "sharp";
import type { CacheFacts, SizeRange } from "../cache/image-cache.ts";
import type { DataOptions } from "../data-set/options.ts";
import { chooseSize } from "../decode/choose-size.ts";
import { makeGray } from "../decode/decode-image.ts";
import type { ImageHeader, ImageSize } from "../decode/image-header.ts";
import { optionalVersions } from "../decode/optional-package.ts";
import { DataError } from "../error.ts";
import type { ReadContext } from "../formats/format.ts";
import { PoolTooLarge, PoolWriter } from "../pool/pool-writer.ts";
import type { ImageSource, ImageTask, ImageTaskResults } from "./image-task.ts";
import type { ImageWorkers } from "./image-workers.ts";

/** The versions that decoded bytes depend on. The decoder's number increases when this package decodes differently. */
export const VERSIONS = {
  decoder: 5,
  sharp: sharp.versions.sharp,
  vips: sharp.versions.vips,
  ...optionalVersions(),
};

/** An image file and the hash of its bytes. */
export interface HashedImage {
  readonly hash: string;
  readonly path: string;
  /** Its header, if it is known already. */
  readonly header: ImageHeader | undefined;
  /** Returns its path on the disk, or its bytes. */
  source(): ImageSource | Promise<ImageSource>;
}

/** Decoded images in the order of their sources, without failures. */
export type Decoded = Omit<CacheFacts, "sha256"> & {
  /** The writer, which has the images in its first `bytes`; null if they fit neither the disk nor the memory. */
  readonly writer: PoolWriter | null;
  readonly bytes: number;
};

/**
 * Reads the headers of all images, chooses their common size, and decodes them. Images that find no room are decoded
 * nevertheless, to find those that cannot be used.
 * @throws DataError if none is usable
 */
export async function decodeAll(
  workers: ImageWorkers,
  folder: string,
  sources: readonly HashedImage[],
  options: DataOptions,
  { onProgress, place, signal }: ReadContext,
): Promise<Decoded> {
  const failures: Record<string, string> = {};
  const samples = defined({ bands: options.bands, valueRange: options.valueRange });
  /** Works on the sources of some indices. */
  const each = async <Task extends ImageTask>(
    what: string,
    left: readonly number[],
    taskOf: (indices: readonly number[]) => Task,
    act: (result: ImageTaskResults[Task["kind"]], index: number) => void,
  ): Promise<void> => {
    let done = sources.length - left.length;
    await workers.run(
      left,
      (index) => (sources[index] as HashedImage).source(),
      taskOf,
      (outcome, index) => {
        if (outcome.kind === "unreadable") throw new DataError(outcome.reason);
        if (outcome.kind === "done") act(outcome.result, index);
        else failures[(sources[index] as HashedImage).hash] = outcome.reason;
        onProgress({ what, done: ++done, total: sources.length });
      },
      signal,
    );
  };

  const headers = new Map(sources.flatMap(({ header }, index) => (header ? [[index, header] as const] : [])));
  await each(
    "reading image headers",
    [...sources.keys()].filter((index) => !headers.has(index)),
    () => ({ kind: "header", options: samples }) as const,
    (header, index) => headers.set(index, header),
  );
  const checkAny = (): void => {
    const [first] = sources;
    if (sources.some(({ hash }) => !(hash in failures))) return;
    const reason = first ? `, such as ${first.path}: ${failures[first.hash]}` : "";
    throw new DataError(`${folder}: none of its images can be used${reason}.`);
  };
  checkAny();
  const sizes = (): ImageSize[] =>
    [...headers].flatMap(([index, header]) => ((sources[index] as HashedImage).hash in failures ? [] : [header]));
  const [height, width] = sizeFrom(options.imageSize) ?? chooseSize(sizes());

  const size = 3 * height * width;
  let writer = orNull(() => new PoolWriter(sources.length * size, place));
  let gray = true;
  try {
    await each(
      "decoding images",
      [...headers.keys()].sort((a, b) => a - b),
      (indices) => {
        const chosen = indices.map((index) => headers.get(index) as ImageHeader);
        return { kind: "decode", options: samples, height, width, headers: chosen } as const;
      },
      ({ pixels, isGray }, index) => {
        gray &&= isGray;
        const target = writer;
        if (target) writer = orNull(() => write(target, index * size, pixels));
      },
    );
    checkAny();
  } catch (error) {
    (writer as PoolWriter | null)?.discard();
    throw error;
  }

  const channels = options.channels ?? (gray ? 1 : 3);
  const kept = sources.flatMap(({ hash }, index) => (hash in failures ? [] : [index]));
  if (writer) compact(writer, kept, size, channels);
  return {
    failures,
    sizes: rangeOf(sizes()),
    imageShape: [channels, height, width],
    writer,
    bytes: (kept.length * size * channels) / 3,
  };
}

/** Returns the result of a function; null if it finds no room for the pool. */
function orNull<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (error instanceof PoolTooLarge) return null;
    throw error;
  }
}

function write(writer: PoolWriter, at: number, pixels: Uint8Array): PoolWriter {
  try {
    writer.write(at, pixels);
    return writer;
  } catch (error) {
    writer.discard();
    throw error;
  }
}

/** Moves the usable images together at the start, and reduces them to one channel if required. */
function compact(writer: PoolWriter, kept: readonly number[], size: number, channels: 1 | 3): void {
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
function sizeFrom(imageSize: DataOptions["imageSize"]): readonly [height: number, width: number] | null {
  if (imageSize === undefined) return null;
  return typeof imageSize === "number" ? [imageSize, imageSize] : imageSize;
}

function rangeOf(sizes: readonly ImageSize[]): SizeRange {
  const sorted = [...sizes].sort((a, b) => a.width * a.height - b.width * b.height || a.width - b.width);
  const pair = ({ width, height }: ImageSize): readonly [number, number] => [width, height];
  return { smallest: pair(sorted[0] as ImageSize), largest: pair(sorted.at(-1) as ImageSize) };
}
