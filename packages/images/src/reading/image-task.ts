import { hash } from "node:crypto";
import { decodeImage, isGray, quickHeader, readHeader } from "../decode/decode-image.ts";
import type { ImageHeader } from "../decode/image-header.ts";
import type { SampleOptions } from "../decode/sample-options.ts";
import { UnusableImage } from "../decode/unusable-image.ts";
import { DataError } from "../error.ts";
import { FileBuffer } from "../files/file-buffer.ts";

/** An image file: its path on the disk, or its bytes. */
export type ImageSource = string | Uint8Array;

/** The work on image files, which any thread can do. */
export type ImageTask =
  | { readonly kind: "hash" }
  | { readonly kind: "header"; readonly options: SampleOptions }
  | (DecodeOptions & { readonly kind: "decode"; readonly headers: readonly Pick<ImageHeader, "hasAlpha" | "isDeep">[] })
  | (DecodeOptions & { readonly kind: "hash and decode" });

/** The size to which images are decoded, and the memory for their pixels. */
interface DecodeOptions {
  readonly options: SampleOptions;
  readonly height: number;
  readonly width: number;
  /** The shared memory to which the pixels are written. Default: they are returned. */
  readonly memory: SharedArrayBuffer | null;
  /** The index of each image in that memory. */
  readonly places: readonly number[];
}

/** The result of each kind of work on one image. */
export interface ImageTaskResults {
  readonly hash: HashedFile;
  readonly header: ImageHeader;
  readonly decode: DecodedFile;
  readonly "hash and decode": Pick<HashedFile, "sha256"> & {
    /** The header; null if it cannot be used. */
    readonly header: ImageHeader | null;
    /** The pixels, or the reason why there are none. */
    readonly image: DecodedFile | { readonly failure: string };
  };
}

interface HashedFile {
  /** SHA-256 of the file's bytes. */
  readonly sha256: string;
  /** The header if it is read from the bytes at once. */
  readonly header: ImageHeader | null;
}

interface DecodedFile {
  /** Bytes [3, height, width]; null if they are in the shared memory. */
  readonly pixels: Uint8Array | null;
  readonly isGray: boolean;
}

/** The result for one image, or the reason why there is none: the file cannot be read, or is no usable image. */
export type Outcome<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "unreadable" | "unusable"; readonly reason: string };

/** The buffers that no call of `performTask` uses. */
const idle: FileBuffer[] = [];

/** Does the work on some images, one after another. */
export async function performTask<Task extends ImageTask>(
  task: Task,
  sources: readonly ImageSource[],
): Promise<Outcome<ImageTaskResults[Task["kind"]]>[]> {
  const outcomes: Outcome<ImageTaskResults[Task["kind"]]>[] = [];
  const buffer = idle.pop() ?? new FileBuffer();
  for (const [index, source] of sources.entries()) {
    try {
      const bytes = typeof source === "string" ? buffer.read(source) : source;
      const result = await workOn(bytes, index, task);
      outcomes.push({ kind: "done", result: result as ImageTaskResults[Task["kind"]] });
    } catch (error) {
      if (!(error instanceof UnusableImage) && !(error instanceof DataError)) throw error;
      outcomes.push({ kind: error instanceof DataError ? "unreadable" : "unusable", reason: error.message });
    }
  }
  idle.push(buffer);
  return outcomes;
}

async function workOn(
  bytes: Uint8Array,
  index: number,
  task: ImageTask,
): Promise<ImageTaskResults[keyof ImageTaskResults]> {
  if (task.kind === "header") return quickHeader(bytes) ?? readHeader(bytes, task.options);
  if (task.kind === "decode") return decode(bytes, index, task.headers[index] as ImageHeader, task);
  const sha256 = hash("sha256", bytes);
  if (task.kind === "hash") return { sha256, header: quickHeader(bytes) };
  let header: ImageHeader | null = null;
  try {
    header = quickHeader(bytes) ?? (await readHeader(bytes, task.options));
    return { sha256, header, image: await decode(bytes, index, header, task) };
  } catch (error) {
    if (!(error instanceof UnusableImage)) throw error;
    return { sha256, header, image: { failure: error.message } };
  }
}

async function decode(
  bytes: Uint8Array,
  index: number,
  header: Pick<ImageHeader, "hasAlpha" | "isDeep">,
  { options, height, width, memory, places }: DecodeOptions,
): Promise<DecodedFile> {
  const pixels = await decodeImage(bytes, header, height, width, options);
  if (memory) new Uint8Array(memory).set(pixels, (places[index] as number) * pixels.length);
  return { pixels: memory ? null : pixels, isGray: isGray(pixels) };
}
