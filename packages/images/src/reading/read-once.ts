import type { DataOptions } from "../data-set/options.ts";
import { chooseSize } from "../decode/choose-size.ts";
import type { ImageHeader } from "../decode/image-header.ts";
import type { EncodedImages, LabeledImage, ReadContext } from "../formats/format.ts";
import { PoolWriter } from "../pool/pool-writer.ts";
import { arrange } from "./arrange.ts";
import { checkAny, compact, type Decoded, rangeOf, samplesOf, sizeFrom } from "./decoded.ts";
import { type HashedImages, sourceOf, withoutPlace } from "./hash-images.ts";
import type { ImageWorkers } from "./image-workers.ts";

/** Images that were hashed and decoded in one pass, in the order of their files. */
export interface ReadOnce extends HashedImages {
  readonly height: number;
  readonly width: number;
  readonly writer: PoolWriter;
  /** True for images without color. */
  readonly gray: readonly boolean[];
  /** The reasons why images cannot be used, by their indices. */
  readonly failures: ReadonlyMap<number, string>;
}

/** The maximum number of images whose headers are read to guess the size that all images have together. */
const SAMPLE = 64;

/**
 * Hashes and decodes all images in one pass, so that each file is read once. If the options set no size, it is guessed from
 * a sample of the headers.
 * @returns null if the images may not fit the memory, or no size can be guessed
 */
export async function readOnce(
  workers: ImageWorkers,
  source: string,
  encoded: EncodedImages,
  options: DataOptions,
  { onProgress, place, signal }: ReadContext,
): Promise<ReadOnce | null> {
  const { images } = encoded;
  const samples = samplesOf(options);
  const guess = async (): Promise<readonly [height: number, width: number] | null> => {
    const count = Math.min(SAMPLE, images.length);
    const headers: ImageHeader[] = [];
    await workers.run(
      Array.from({ length: count }, (_, i) => Math.floor((i * images.length) / count)),
      (index) => sourceOf(encoded, index),
      () => ({ kind: "header", options: samples }) as const,
      (outcome) => outcome.kind === "done" && headers.push(outcome.result),
      signal,
    );
    return headers.length > 0 ? chooseSize(headers) : null;
  };
  const [height, width] = sizeFrom(options.imageSize) ?? (await guess()) ?? [0, 0];
  const bytes = images.length * 3 * height * width;
  if (bytes === 0 || bytes > place.memoryLimit) return null;

  const writer = new PoolWriter(bytes, place);
  const hashes = new Array<string | null>(images.length).fill(null);
  const headers = new Map<number, ImageHeader>();
  const gray = new Array<boolean>(images.length).fill(true);
  const [unreadable, failures] = [new Map<number, string>(), new Map<number, string>()];
  let done = 0;
  const { memory } = writer;
  await workers.run(
    [...images.keys()],
    (index) => sourceOf(encoded, index),
    (places) => ({ kind: "hash and decode", options: samples, height, width, memory, places }) as const,
    (outcome, index) => {
      if (outcome.kind === "done") {
        const { sha256, header, image } = outcome.result;
        hashes[index] = sha256;
        if (header) headers.set(index, header);
        if ("failure" in image) failures.set(index, image.failure);
        else gray[index] = image.isGray;
      } else unreadable.set(index, withoutPlace(outcome.reason, source, images[index] as LabeledImage));
      onProgress({ what: "decoding images", done: ++done, total: images.length });
    },
    signal,
  );
  return { hashes, headers, unreadable, height, width, writer, gray, failures };
}

/**
 * Returns the usable images among those of some hashes, in this order.
 * @returns null if all headers together give another size than the guess
 * @throws DataError if none is usable
 */
export function decodedFrom(
  { height, width, writer, gray, headers, failures }: ReadOnce,
  folder: string,
  sources: readonly { readonly hash: string; readonly path: string; readonly index: number }[],
  options: DataOptions,
): Decoded | null {
  const reasons: Record<string, string> = {};
  for (const { hash, index } of sources) {
    const reason = failures.get(index);
    if (reason !== undefined) reasons[hash] = reason;
  }
  checkAny(folder, sources, reasons);
  const known = sources.flatMap(({ index }) => headers.get(index) ?? []);
  const [exactHeight, exactWidth] = sizeFrom(options.imageSize) ?? chooseSize(known);
  if (exactHeight !== height || exactWidth !== width) return null;
  const kept = sources.filter(({ index }) => !failures.has(index)).map(({ index }) => index);
  const size = 3 * height * width;
  const channels = options.channels ?? (kept.every((index) => gray[index]) ? 1 : 3);
  arrange(new Uint8Array(writer.memory as SharedArrayBuffer), kept, size);
  compact(writer, [...kept.keys()], size, channels);
  return {
    failures: reasons,
    sizes: rangeOf(kept.map((index) => headers.get(index) as ImageHeader)),
    imageShape: [channels, height, width],
    writer,
    bytes: (kept.length * size * channels) / 3,
  };
}
