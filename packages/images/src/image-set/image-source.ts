import { DataError } from "../error.ts";
import { handleOf } from "./handle.ts";
import { sizeOf } from "./shape.ts";
import {
  checkLabels,
  checkTargets,
  isClassLabels,
  isShape,
  LABELS,
  type Target,
  type Targets,
  typeName,
} from "./targets.ts";

/** Pixels of images: bytes from 0 to 255, or numbers as the model receives them. */
export type PixelArray = Uint8Array | Float32Array;

/**
 * Images that loaders, trainings and evaluations read by index: an `ImageSet`, or an object of your own. Trainings read
 * images of objects of your own in their thread, and all others in a separate one.
 * @example
 * const stripes: ImageSource = {
 *   imageShape: [1, 8, 8],
 *   length: 100,
 *   labels: Int32Array.from({ length: 100 }, (_, i) => i % 2),
 *   read: (index, into, offset = 0) => void into.fill(index % 2 ? 255 : 0, offset, offset + 64),
 * };
 */
export interface ImageSource<Pixels extends PixelArray = PixelArray> {
  /** Shape of one image: [channels, height, width], or another input shape of a model, such as [16] features. */
  readonly imageShape: readonly number[];
  /** Number of images. */
  readonly length: number;
  /** Type of the pixels; default "uint8". Images of "float32" are not normalized. */
  readonly dtype?: "uint8" | "float32";
  /**
   * Copies one image. The same index must give the same pixels, so that a training can be resumed.
   * @param index from 0
   * @param into destination; the copy starts at `offset` (default 0)
   */
  read(index: number, into: Pixels, offset?: number): void;
  /** Announces the images that are read next, in this order. */
  prepare?(indices: readonly number[]): void;
  /** Class of each image, from 0; empty or absent without classes. */
  readonly labels?: Int32Array;
  /** Names of the classes; default their numbers. */
  readonly classNames?: readonly string[];
  /** Targets other than class labels, by name. */
  readonly targets?: Targets;
}

/** A source whose members are checked and complete. */
export interface CheckedSource {
  readonly imageShape: readonly number[];
  /** Number of values of an image. */
  readonly size: number;
  readonly length: number;
  readonly dtype: "uint8" | "float32";
  /** Class labels; empty without classes. */
  readonly labels: Int32Array;
  /** All targets by name, including class labels as `labels`. */
  readonly targets: Targets;
  /** Copies one image, and checks that the function of the source wrote it. */
  read(index: number, into: PixelArray, offset?: number): void;
}

/**
 * Checks the members of a source.
 * @param place name of the function or option, for errors
 * @throws DataError for a missing or invalid member
 */
export function checkSource(place: string, source: ImageSource): CheckedSource {
  if (typeof source !== "object" || source === null) {
    throw new DataError(
      `${place}: the images are ${typeName(source)}. Expected the result of imageSet or openDataSet.`,
    );
  }
  const { imageShape, length, dtype = "uint8", classNames, targets = {} } = source;
  if (typeof source.read !== "function") {
    throw new DataError(
      `${place}: the images have no function read(index, into, offset). Expected { imageShape, length, read, labels }. A copy by { ...images } loses the methods of a class.`,
    );
  }
  if (!isShape(imageShape)) {
    throw new DataError(
      `${place}: imageShape = ${JSON.stringify(imageShape)}. Expected the shape of one image, such as [1, 28, 28].`,
    );
  }
  if (!Number.isInteger(length) || length < 1) {
    throw new DataError(`${place}: length = ${length}. Expected the number of images, at least 1.`);
  }
  if (dtype !== "uint8" && dtype !== "float32") {
    throw new DataError(`${place}: dtype = ${JSON.stringify(dtype)}. Expected "uint8" or "float32".`);
  }
  const size = sizeOf(imageShape);
  const stored = handleOf(source)?.imageShape;
  if (stored && sizeOf(stored) !== size) {
    throw new DataError(
      `${place}: imageShape = [${imageShape}] has ${size} values. Expected ${sizeOf(stored)}, as in the images, [${stored}].`,
    );
  }
  checkTargets(place, targets, length);
  const inTargets = targets[LABELS];
  const own = source.labels && source.labels.length > 0 ? source.labels : undefined;
  if (own) checkLabels(place, own, length, classNames?.length);
  const labels =
    own ?? (inTargets && isClassLabels(LABELS, inTargets) ? (inTargets.values as Int32Array) : new Int32Array());
  if (!own && labels.length > 0) checkLabels(place, labels, length, classNames?.length);
  const classLabels: Target | undefined = own && { values: own, shape: [] };
  return {
    imageShape,
    size,
    length,
    dtype,
    labels,
    targets: { ...targets, ...(classLabels && { [LABELS]: classLabels }) },
    read(index, into, offset = 0) {
      const result: unknown = source.read(index, into, offset);
      if (result === undefined || typeof result !== "object" || result === into) return;
      if (result instanceof Promise) {
        result.catch(() => {});
        throw new DataError(
          `${place}: read returned a promise. Expected pixels at once. Use a stream of batches instead.`,
        );
      }
      throw new DataError(
        `${place}: read returned ${typeName(result)}. Expected it to write the pixels into its second argument.`,
      );
    },
  };
}

/** Creates an array for `count` images of a source, in given memory if that has the right size. */
export function pixelsFor(
  { dtype, size }: Pick<CheckedSource, "dtype" | "size">,
  count: number,
  memory?: ArrayBuffer,
): PixelArray {
  const Type = dtype === "float32" ? Float32Array : Uint8Array;
  const bytes = count * size * Type.BYTES_PER_ELEMENT;
  return memory?.byteLength === bytes ? new Type(memory) : new Type(count * size);
}
