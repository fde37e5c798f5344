import type { ImageShape } from "@downhill/optim/image";
import { DataError } from "../error.ts";
import { openPool } from "../pool/open-pool.ts";
import { type ImageSetHandle, keepHandle } from "./handle.ts";
import type { ImageSource, PixelArray } from "./image-source.ts";
import { sizeOf } from "./shape.ts";
import { selectTargets, type Targets, typeName } from "./targets.ts";

export type { ImageSetHandle };

/** One part of a data set, or images from memory (see `imageSet`). Copies such as `{ ...set }` are sets too. */
export interface ImageSet<Pixels extends PixelArray = Uint8Array, Shape extends readonly number[] = ImageShape>
  extends ImageSource<Pixels> {
  readonly imageShape: Shape;
  readonly classNames: readonly string[];
  /** The number of images. */
  readonly length: number;
  /** The type of the pixels. */
  readonly dtype: "uint8" | "float32";
  /** The class of each image, from 0; empty if the images have other targets. */
  readonly labels: Int32Array;
  /** The targets other than class labels, by name. */
  readonly targets: Targets;
  /**
   * Copies one image, [channels, height, width], from memory or a cache file.
   * @param index from 0
   * @param into the destination; the copy starts at `offset` (default 0)
   */
  read(index: number, into: Pixels, offset?: number): void;
  /**
   * Announces the images that are read next, in this order, so that they can be decoded ahead where the set decodes images
   * when they are read. Without it, every image is read as fast as the one before.
   */
  prepare?(indices: readonly number[]): void;
  /** Returns a name for the image: its file's path within the folder, or "train 123". */
  nameOf(index: number): string;
  /** Plain data from which a worker thread opens the same set again: `openImageSet(handle)`. */
  readonly handle: ImageSetHandle<Shape>;
}

/** Opens a set again, with the memory or the cache file that already holds its images. */
export function openImageSet<Pixels extends PixelArray = Uint8Array, Shape extends readonly number[] = ImageShape>(
  handle: ImageSetHandle<Shape>,
): ImageSet<Pixels, Shape> {
  const { imageShape, classNames, labels, targets = {}, dtype = "uint8", places, names } = handle;
  const isFloat = dtype === "float32";
  const pool = openPool(handle.pool, sizeOf(imageShape) * (isFloat ? Float32Array.BYTES_PER_ELEMENT : 1));
  const read = (index: number, into: PixelArray, offset = 0): void => {
    if (into instanceof Float32Array !== isFloat) {
      throw new DataError(
        `read: into is ${typeName(into)}. Expected a ${isFloat ? "Float32Array" : "Uint8Array"}, as the images are ${dtype}.`,
      );
    }
    pool.read(placeOf(handle, index), bytesOf(into), offset * into.BYTES_PER_ELEMENT);
  };
  keepHandle(read, handle);
  return {
    imageShape,
    classNames,
    length: places.length,
    dtype,
    labels,
    targets,
    read,
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

const bytesOf = (pixels: PixelArray): Uint8Array =>
  pixels instanceof Uint8Array ? pixels : new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);

/** Returns the given images of a set, in the given order. */
export function selectImages<Shape extends readonly number[] = ImageShape>(
  handle: ImageSetHandle<Shape>,
  indices: Int32Array,
): ImageSetHandle<Shape> {
  const { labels, targets, places, names } = handle;
  const pick = (from: Int32Array): Int32Array => indices.map((index) => from[index] as number);
  return {
    ...handle,
    labels: labels.length > 0 ? pick(labels) : labels,
    ...(targets && { targets: selectTargets(targets, indices) }),
    places: pick(places),
    names: "word" in names ? { ...names, numbers: pick(names.numbers) } : [...indices].map((i) => names[i] as string),
  };
}

function placeOf({ places }: Pick<ImageSetHandle, "places">, index: number): number {
  const place = places[index];
  if (place === undefined)
    throw new DataError(`image ${index}: expected a whole number from 0 to ${places.length - 1}`);
  return place;
}
