import { DataError } from "./error.ts";
import { openPool, type PoolHandle } from "./pool/open-pool.ts";
import { sizeOf } from "./shape.ts";
import type { ImageSet, ImageShape } from "./types.ts";

/** A part of a data set as plain data: any thread of this process opens it with `openImageSet`. */
export interface ImageSetHandle {
  readonly imageShape: ImageShape;
  readonly classNames: readonly string[];
  readonly labels: Int32Array;
  /** The place of each image among all images of the pool. */
  readonly places: Int32Array;
  readonly pool: PoolHandle;
  /** By image, or numbers that follow a word. */
  readonly names: readonly string[] | { readonly word: string; readonly numbers: Int32Array };
}

/** Opens a set again, with the memory or the cache file that it already has. */
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
    nameOf(index) {
      placeOf(handle, index);
      return "word" in names ? `${names.word} ${names.numbers[index]}` : (names[index] as string);
    },
    handle,
  };
}

/** Some of the images of a set, in the given order. */
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
