import { DataError } from "../error.ts";
import { sizeOf } from "./shape.ts";

/** Values of a target: numbers to predict, or whole numbers such as classes. */
export type TargetValues = Float32Array | Int32Array;

/** One target of all images of a set. */
export interface Target {
  /** Values [images, ...shape]: a Float32Array, or an Int32Array for whole numbers. */
  readonly values: TargetValues;
  /** Shape of the target of one image; [] for a single number without an axis, as class labels have. */
  readonly shape: readonly number[];
}

/** Targets of images by name. */
export type Targets = Readonly<Record<string, Target>>;

/** Name of the target that contains class labels. */
export const LABELS = "labels";

/** Returns true if a target contains class labels: one whole number per image. */
export const isClassLabels = (name: string, { values, shape }: Target): boolean =>
  name === LABELS && shape.length === 0 && values instanceof Int32Array;

/** Returns true for a list of whole numbers of at least 1. */
export const isShape = (shape: unknown): shape is readonly number[] =>
  Array.isArray(shape) && shape.every((extent) => Number.isInteger(extent) && extent >= 1);

/**
 * Checks the targets of a set.
 * @param place name of the function or the option, for errors
 * @throws DataError for a target of the wrong type, shape or length, or with a value that is not finite
 */
export function checkTargets(place: string, targets: Targets, images: number): void {
  for (const [name, target] of Object.entries(targets)) {
    const { values, shape } = (target ?? {}) as Partial<Target>;
    const where = `${place}: targets.${name}`;
    if (!(values instanceof Float32Array || values instanceof Int32Array)) {
      throw new DataError(
        `${where}.values is ${typeName(values)}. Expected a Float32Array, or an Int32Array for whole numbers.`,
      );
    }
    if (!isShape(shape)) {
      throw new DataError(
        `${where}.shape = ${JSON.stringify(shape)}. Expected the shape of one image's target, such as [1].`,
      );
    }
    const size = sizeOf(shape);
    if (values.length !== images * size) {
      throw new DataError(
        `${where} has ${values.length} values. Expected ${images * size}: ${size} for each of ${images} images.`,
      );
    }
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new DataError(
        `${where} is ${values[wrong]} for image ${Math.floor(wrong / size)}. Expected finite numbers. Leave such images out.`,
      );
    }
  }
}

/**
 * Checks the class labels of a set.
 * @param classes number of classes; undefined if it is unknown
 * @throws DataError for labels of the wrong type or length, or out of range
 */
export function checkLabels(place: string, labels: Int32Array, images: number, classes: number | undefined): void {
  if (!(labels instanceof Int32Array)) {
    throw new DataError(`${place}: labels is ${typeName(labels)}. Expected an Int32Array of classes from 0.`);
  }
  if (labels.length !== images) {
    throw new DataError(`${place}: labels has ${labels.length} values. Expected one for each of ${images} images.`);
  }
  const wrong = labels.findIndex((label) => label < 0 || (classes !== undefined && label >= classes));
  if (wrong < 0) return;
  const expected = classes === undefined ? "of at least 0" : `from 0 to ${classes - 1}, the index of a class name`;
  throw new DataError(
    `${place}: the label of image ${wrong} is ${labels[wrong]}. Expected a whole number ${expected}.`,
  );
}

/** Returns the targets of the given images, in the given order. */
export const selectTargets = (targets: Targets, indices: Int32Array): Targets =>
  Object.fromEntries(
    Object.entries(targets).map(([name, { values, shape }]) => {
      const selected = targetsFor({ values, shape }, indices.length);
      indices.forEach((index, i) => void copyTarget({ values, shape }, index, selected, i));
      return [name, { values: selected, shape }];
    }),
  );

/** Creates an array for the values of `count` images. */
export const targetsFor = ({ values, shape }: Target, count: number): TargetValues =>
  values instanceof Int32Array ? new Int32Array(count * sizeOf(shape)) : new Float32Array(count * sizeOf(shape));

/** Copies the target of an image to a position in an array. */
export function copyTarget({ values, shape }: Target, image: number, into: TargetValues, position: number): void {
  const size = sizeOf(shape);
  for (let i = 0; i < size; i++) into[position * size + i] = values[image * size + i] as number;
}

/** Returns the type of a value for an error: `a Float64Array`, `missing`. */
export function typeName(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (typeof value !== "object") return `a ${typeof value}`;
  const name = value.constructor?.name ?? "object";
  return `${["A", "E", "I", "O"].includes(name.charAt(0)) ? "an" : "a"} ${name}`;
}
