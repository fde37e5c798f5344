import type { ImageShape } from "@downhill/optim/image";
import type { SampleOptions } from "../decode/sample-options.ts";

/** The storage of images as plain data: memory that threads share, the beginning of a file, or image files to decode. */
export type PoolHandle =
  | { readonly kind: "memory"; readonly bytes: SharedArrayBuffer }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "images"; readonly images: ImageFiles };

/** Image files in a folder on the disk, which are decoded each time they are read. */
export interface ImageFiles {
  readonly folder: string;
  /** The path of each image within the folder. */
  readonly paths: readonly string[];
  readonly imageShape: ImageShape;
  readonly samples: SampleOptions;
}

/** The bytes of images of one size, one after another. */
export interface Pool {
  /** Copies the image at an index of the pool. */
  read(place: number, into: Uint8Array, offset: number): void;
  /** Begins to decode images that are read soon, in this order. */
  prepare?(places: readonly number[]): void;
}
