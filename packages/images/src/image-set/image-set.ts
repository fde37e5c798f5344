import type { ImageShape } from "@downhill/optim/image";
import { DataError } from "../error.ts";
import { openPool } from "../pool/open-pool.ts";
import type { PoolHandle } from "../pool/pool.ts";
import { sizeOf } from "./shape.ts";

/** One part of a data set. */
export interface ImageSet {
  readonly imageShape: ImageShape;
  readonly classNames: readonly string[];
  /** The number of images. */
  readonly length: number;
  /** The class of each image, from 0. */
  readonly labels: Int32Array;
  /**
   * Copies the bytes of one image, [channels, height, width], from memory or a cache file.
   * @param index from 0
   * @param into the destination; the copy starts at `offset` (default 0)
   */
  read(index: number, into: Uint8Array, offset?: number): void;
  /**
   * Announces the images that are read next, in this order, so that they can be decoded ahead where the set decodes images
   * when they are read. Without it, every image is read as fast as the one before.
   */
  prepare?(indices: readonly number[]): void;
  /** Returns a name for the image: its file's path within the folder, or "train 123". */
  nameOf(index: number): string;
  /** Plain data from which a worker thread opens the same set again: `openImageSet(handle)`. */
  readonly handle: ImageSetHandle;
}

/** A part of a data set as plain data. Any thread of this process can open it with `openImageSet`. */
export interface ImageSetHandle {
  readonly imageShape: ImageShape;
  readonly classNames: readonly string[];
  readonly labels: Int32Array;
  /** The index of each image in the pool. */
  readonly places: Int32Array;
  readonly pool: PoolHandle;
  /** The name of each image, or a word and the number that follows it. */
  readonly names: readonly string[] | { readonly word: string; readonly numbers: Int32Array };
}

/** Opens a set again, with the memory or the cache file that already holds its images. */
export function openImageSet(handle: ImageSetHandle): ImageSet {
  const { imageShape, classNames, labels, places, names } = handle;
  const pool = openPool(handle.pool, sizeOf(imageShape));
  return {
    imageShape,
    classNames,
    length: places.length,
    labels,
    read(index, into, offset = 0) {
      pool.read(placeOf(handle, index), into, offset);
    },
    ...(pool.prepare && {
      prepare: (indices: readonly number[]) => pool.prepare?.(indices.map((index) => placeOf(handle, index))),
    }),
    nameOf(index) {
      placeOf(handle, index);
      return "word" in names ? `${names.word} ${names.numbers[index]}` : (names[index] as string);
    },
    handle,
  };
}

/** Returns the given images of a set, in the given order. */
export function selectImages(handle: ImageSetHandle, indices: Int32Array): ImageSetHandle {
  const { labels, places, names } = handle;
  const pick = (from: Int32Array): Int32Array => indices.map((index) => from[index] as number);
  return {
    ...handle,
    labels: pick(labels),
    places: pick(places),
    names: "word" in names ? { ...names, numbers: pick(names.numbers) } : [...indices].map((i) => names[i] as string),
  };
}

function placeOf({ places }: ImageSetHandle, index: number): number {
  const place = places[index];
  if (place === undefined)
    throw new DataError(`image ${index}: expected a whole number from 0 to ${places.length - 1}`);
  return place;
}
