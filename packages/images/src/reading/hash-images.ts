import { join } from "node:path";
import type { ImageHeader } from "../decode/image-header.ts";
import type { EncodedImages, LabeledImage, ReadContext } from "../formats/format.ts";
import type { ImageSource } from "./image-task.ts";
import type { ImageWorkers } from "./image-workers.ts";

/** The hash of each image file, null if it cannot be read, and the headers that are known already. */
export interface HashedImages {
  readonly hashes: readonly (string | null)[];
  readonly headers: ReadonlyMap<number, ImageHeader>;
  readonly unreadable: ReadonlyMap<number, string>;
}

/** Returns the SHA-256 of each image file, or a reason why it cannot be read, and the headers that are known. */
export async function hashImages(
  workers: ImageWorkers,
  source: string,
  encoded: EncodedImages,
  { onProgress, signal }: ReadContext,
): Promise<HashedImages> {
  const { images } = encoded;
  const hashes = new Array<string | null>(images.length).fill(null);
  const headers = new Map<number, ImageHeader>();
  const unreadable = new Map<number, string>();
  let done = 0;
  await workers.run(
    [...images.keys()],
    (index) => sourceOf(encoded, index),
    () => ({ kind: "hash" }) as const,
    (outcome, index) => {
      if (outcome.kind === "done") {
        const { sha256, header } = outcome.result;
        hashes[index] = sha256;
        if (header) headers.set(index, header);
      } else unreadable.set(index, withoutPlace(outcome.reason, source, images[index] as LabeledImage));
      onProgress({ what: "checking images", done: ++done, total: images.length });
    },
    signal,
  );
  return { hashes, headers, unreadable };
}

/** Returns the reason why an image cannot be read without its path, which the report names itself. */
export function withoutPlace(reason: string, source: string, { path }: LabeledImage): string {
  const place = `${join(source, path)}: `;
  return reason.startsWith(place) ? reason.slice(place.length) : reason;
}

/** Returns the path of an image file on the disk, which a thread reads, or its bytes. */
export const sourceOf = ({ folder, images, read }: EncodedImages, index: number): ImageSource | Promise<ImageSource> =>
  folder === undefined ? read(index) : join(folder, (images[index] as LabeledImage).path);
