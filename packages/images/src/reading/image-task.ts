import { hash } from "node:crypto";
import { decodeImage, isGray, quickHeader, readHeader } from "../decode/decode-image.ts";
import type { ImageHeader } from "../decode/image-header.ts";
import type { SampleOptions } from "../decode/sample-options.ts";
import { UnusableImage } from "../decode/unusable-image.ts";
import { DataError } from "../error.ts";
import { readFileNow } from "../files/read-file-now.ts";

/** An image file: its path on the disk, or its bytes. */
export type ImageSource = string | Uint8Array;

/** The work on image files, which any thread can do. */
export type ImageTask =
  | { readonly kind: "hash" }
  | { readonly kind: "header"; readonly options: SampleOptions }
  | {
      readonly kind: "decode";
      readonly options: SampleOptions;
      readonly height: number;
      readonly width: number;
      readonly headers: readonly Pick<ImageHeader, "hasAlpha" | "isDeep">[];
    };

/** The result of each kind of work on one image. */
export interface ImageTaskResults {
  /** SHA-256 of the file's bytes, and its header if that is read from the bytes at once. */
  readonly hash: { readonly sha256: string; readonly header: ImageHeader | null };
  readonly header: ImageHeader;
  /** Bytes [3, height, width], and whether they are gray. */
  readonly decode: { readonly pixels: Uint8Array; readonly isGray: boolean };
}

/** The result for one image, or the reason why there is none: the file cannot be read, or is no usable image. */
export type Outcome<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "unreadable" | "unusable"; readonly reason: string };

/** Does the work on some images, one after another. */
export async function performTask<Task extends ImageTask>(
  task: Task,
  sources: readonly ImageSource[],
): Promise<Outcome<ImageTaskResults[Task["kind"]]>[]> {
  const outcomes: Outcome<ImageTaskResults[Task["kind"]]>[] = [];
  for (const [index, source] of sources.entries()) {
    try {
      const bytes = typeof source === "string" ? readFileNow(source) : source;
      const result = await workOn(bytes, index, task);
      outcomes.push({ kind: "done", result: result as ImageTaskResults[Task["kind"]] });
    } catch (error) {
      if (!(error instanceof UnusableImage) && !(error instanceof DataError)) throw error;
      outcomes.push({ kind: error instanceof DataError ? "unreadable" : "unusable", reason: error.message });
    }
  }
  return outcomes;
}

async function workOn(
  bytes: Uint8Array,
  index: number,
  task: ImageTask,
): Promise<ImageTaskResults[keyof ImageTaskResults]> {
  if (task.kind === "hash") return { sha256: hash("sha256", bytes), header: quickHeader(bytes) };
  if (task.kind === "header") return readHeader(bytes, task.options);
  const { headers, height, width, options } = task;
  const header = headers[index] as Pick<ImageHeader, "hasAlpha" | "isDeep">;
  const pixels = await decodeImage(bytes, header, height, width, options);
  return { pixels, isGray: isGray(pixels) };
}
