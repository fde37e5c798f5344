import { DataError } from "../error.ts";
import { type ImageSet, openImageSet } from "./image-set.ts";
import type { PixelArray } from "./image-source.ts";
import { sizeOf } from "./shape.ts";
import {
  checkLabels,
  checkTargets,
  isClassLabels,
  isShape,
  LABELS,
  type Target,
  type TargetValues,
  typeName,
} from "./targets.ts";

/**
 * Values of a target, [images, ...shape]. The default shape is [values.length / images], and [] for class labels. An
 * Int32Array has whole numbers; lists become a Float32Array.
 */
export type TargetArray =
  | TargetValues
  | readonly number[]
  | { readonly values: TargetValues | readonly number[]; readonly shape?: readonly number[] };

/** Type of pixels in any kind of memory. */
type AnyMemory<Pixels extends PixelArray> = Pixels extends Float32Array ? Float32Array : Uint8Array;

/** Images in memory with their class labels, or with targets by name. */
export type ImageSetOptions<Pixels extends PixelArray, Shape extends readonly number[]> = {
  /** Images [count, ...imageShape]: bytes from 0 to 255, or numbers as the model receives them, without normalization. */
  readonly images: Pixels;
  /** Shape of one image: [channels, height, width], or another input shape of a model, such as [16] features. */
  readonly imageShape: Shape;
  /** Names of the classes; default their numbers, up to the largest label. */
  readonly classNames?: readonly string[];
} & (
  | { /** Class of each image, from 0. */ readonly labels: ArrayLike<number>; readonly targets?: undefined }
  | {
      /** Targets by name; `{}` for images alone. The target `labels` may contain class labels, as an Int32Array. */
      readonly targets: Readonly<Record<string, TargetArray>>;
      readonly labels?: undefined;
    }
);

/**
 * Creates a set of images from arrays in memory. The images are copied to memory that threads share, unless their buffer
 * is a SharedArrayBuffer already.
 * @throws DataError for arrays of the wrong type or length, values out of range, no image, or labels beside targets
 * @example
 * const labels = [0, 1, 1];
 * const train = imageSet({ images: new Uint8Array(3 * 64), labels, imageShape: [1, 8, 8], classNames: ["off", "on"] });
 * for (const batch of createLoader(train).epoch(0, 2)) console.log(batch.labels.length); // 2, then 1
 */
export function imageSet<const Shape extends readonly number[], Pixels extends PixelArray>(
  options: ImageSetOptions<Pixels, Shape>,
): ImageSet<AnyMemory<Pixels>, Shape> {
  if (typeof options !== "object" || options === null) {
    throw new DataError(
      "imageSet: no options. Expected { images, labels, imageShape }, or targets in place of labels.",
    );
  }
  const { images, imageShape, labels, targets } = options;
  const count = countImages(images, imageShape);
  checkMembers(options);
  if ((labels === undefined) === (targets === undefined)) {
    const found = labels === undefined ? "neither labels nor targets" : "labels and targets";
    const advice =
      labels === undefined ? "Use targets: {} for images alone" : "Put class labels into targets, as an Int32Array";
    throw new DataError(`imageSet: ${found}. Expected one of them. ${advice}.`);
  }
  const all =
    labels === undefined ? targetsOf(targets ?? {}, count) : { [LABELS]: { values: wholeNumbers(labels), shape: [] } };
  if (labels !== undefined)
    checkLabels("imageSet", all[LABELS]?.values as Int32Array, count, options.classNames?.length);
  checkTargets("imageSet", all, count);
  const { [LABELS]: first, ...others } = all;
  const classLabels = first && isClassLabels(LABELS, first) ? (first.values as Int32Array) : null;
  const classNames = classNamesOf(options.classNames, classLabels, count);
  const isFloat = images instanceof Float32Array;
  const { bytes, offset } = sharedBytes(images, sizeOf(imageShape));
  return openImageSet<AnyMemory<Pixels>, Shape>({
    imageShape,
    classNames,
    labels: classLabels ?? new Int32Array(),
    targets: classLabels || !first ? others : { [LABELS]: first, ...others },
    dtype: isFloat ? "float32" : "uint8",
    places: Int32Array.from({ length: count }, (_, i) => offset + i),
    pool: { kind: "memory", bytes },
    names: { word: "image", numbers: Int32Array.from({ length: count }, (_, i) => i) },
  });
}

function countImages(images: PixelArray, imageShape: readonly number[]): number {
  if (!(images instanceof Uint8Array || images instanceof Float32Array)) {
    throw new DataError(
      `imageSet: images is ${typeName(images)}. Expected a Uint8Array of bytes from 0 to 255, or a Float32Array.`,
    );
  }
  if (!isShape(imageShape)) {
    throw new DataError(
      `imageSet: imageShape = ${JSON.stringify(imageShape)}. Expected the shape of one image, such as [1, 28, 28].`,
    );
  }
  const size = sizeOf(imageShape);
  if (images.length === 0) throw new DataError("imageSet: images is empty. Expected at least one image.");
  if (images.length % size !== 0) {
    throw new DataError(
      `imageSet: images has ${images.length} values. Expected a multiple of ${size}, the values of one image [${imageShape}].`,
    );
  }
  const wrong = images instanceof Float32Array ? images.findIndex((value) => !Number.isFinite(value)) : -1;
  if (wrong >= 0) {
    throw new DataError(
      `imageSet: image ${Math.floor(wrong / size)} contains ${images[wrong]}. Expected finite numbers.`,
    );
  }
  return images.length / size;
}

/** Returns labels as an Int32Array. */
function wholeNumbers(labels: ArrayLike<number>): Int32Array {
  if (!(Array.isArray(labels) || ArrayBuffer.isView(labels))) {
    throw new DataError(`imageSet: labels is ${typeName(labels)}. Expected an array of classes from 0.`);
  }
  const values = Array.from(labels as ArrayLike<unknown>);
  const wrong = values.findIndex((value) => !Number.isInteger(Number(value)) || typeof value === "string");
  if (wrong >= 0) {
    throw new DataError(
      `imageSet: the label of image ${wrong} is ${JSON.stringify(values[wrong])}. Expected a whole number of at least 0.`,
    );
  }
  return Int32Array.from(values, Number);
}

function targetsOf(given: Readonly<Record<string, TargetArray>>, images: number): Record<string, Target> {
  return Object.fromEntries(
    Object.entries(given).map(([name, target]) => {
      const { values: list, shape } = isDescription(target) ? target : { values: target };
      const values = Array.isArray(list) ? Float32Array.from(list) : (list as TargetValues);
      const isLabels = name === LABELS && values instanceof Int32Array && values.length === images;
      return [name, { values, shape: shape ?? (isLabels ? [] : [Math.ceil((values?.length ?? 0) / images)]) }];
    }),
  );
}

/** Returns true for an object with values and a shape. Arrays have a function `values`. */
const isDescription = (
  target: TargetArray,
): target is TargetArray & { readonly values: TargetValues; readonly shape?: readonly number[] } =>
  typeof target === "object" && target !== null && "values" in target && typeof target.values !== "function";

/** @throws DataError for targets or class names of another type */
function checkMembers({ targets, classNames }: { readonly targets?: unknown; readonly classNames?: unknown }): void {
  if (targets !== undefined && (typeof targets !== "object" || targets === null || Array.isArray(targets))) {
    throw new DataError("imageSet: targets is no object. Expected targets by name, or {} for images alone.");
  }
  if (
    classNames !== undefined &&
    !(Array.isArray(classNames) && classNames.every((name) => typeof name === "string"))
  ) {
    throw new DataError("imageSet: classNames is no list of strings. Expected one name for each class.");
  }
}

function classNamesOf(
  given: readonly string[] | undefined,
  labels: Int32Array | null,
  images: number,
): readonly string[] {
  if (!labels) {
    if (given === undefined) return [];
    throw new DataError(
      "imageSet: classNames without class labels. Expected labels, or targets.labels as an Int32Array.",
    );
  }
  checkLabels("imageSet", labels, images, given?.length);
  if (given !== undefined) return given;
  const classes = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  return Array.from({ length: classes }, (_, label) => String(label));
}

/** Returns the bytes of images in shared memory, and the number of images before the first one. */
function sharedBytes(images: PixelArray, size: number): { readonly bytes: SharedArrayBuffer; readonly offset: number } {
  const offset = images.byteOffset / (size * images.BYTES_PER_ELEMENT);
  if (images.buffer instanceof SharedArrayBuffer && Number.isInteger(offset)) return { bytes: images.buffer, offset };
  const bytes = new SharedArrayBuffer(images.byteLength);
  new Uint8Array(bytes).set(new Uint8Array(images.buffer, images.byteOffset, images.byteLength));
  return { bytes, offset: 0 };
}
