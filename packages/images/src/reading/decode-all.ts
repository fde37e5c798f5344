import type { DataOptions } from "../data-set/options.ts";
import { chooseSize } from "../decode/choose-size.ts";
import type { ImageHeader, ImageSize } from "../decode/image-header.ts";
import { DataError } from "../error.ts";
import type { ReadContext } from "../formats/format.ts";
import { PoolTooLarge, PoolWriter } from "../pool/pool-writer.ts";
import { checkAny, compact, type Decoded, rangeOf, samplesOf, sizeFrom } from "./decoded.ts";
import type { ImageSource, ImageTask, ImageTaskResults } from "./image-task.ts";
import type { ImageWorkers } from "./image-workers.ts";

/** An image file and the hash of its bytes. */
export interface HashedImage {
  readonly hash: string;
  readonly path: string;
  /** Its header, if it is known already. */
  readonly header: ImageHeader | undefined;
  /** Returns its path on the disk, or its bytes. */
  source(): ImageSource | Promise<ImageSource>;
}

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
  const samples = samplesOf(options);
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
  checkAny(folder, sources, failures);
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
        const memory = writer?.memory ?? null;
        return { kind: "decode", options: samples, height, width, headers: chosen, memory, places: indices } as const;
      },
      ({ pixels, isGray }, index) => {
        gray &&= isGray;
        const target = writer;
        if (target && pixels) writer = orNull(() => write(target, index * size, pixels));
      },
    );
    checkAny(folder, sources, failures);
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
