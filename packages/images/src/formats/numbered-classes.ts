import { checkDistinctNames } from "../classes/match-classes.ts";
import { orderClasses } from "../classes/order-classes.ts";
import { DataError } from "../error.ts";
import { listFirst, plural } from "../text/lists.ts";

/** Names of classes, in label order, and their origin. */
export interface NamedLabels {
  readonly names: readonly string[];
  /** The path of the names, for errors. */
  readonly path: string;
}

/** Labels that are numbered from 0 as their classes. */
export interface NumberedClasses {
  readonly classNames: readonly string[];
  /** The labels of each part. */
  readonly labels: readonly Int32Array[];
  readonly findings: readonly string[];
}

/** The labels of a part, and their path for errors. The first part is the one to train on. */
export interface PartLabels<T> {
  readonly path: string;
  readonly values: ArrayLike<T>;
}

/**
 * Numbers the classes of whole-number labels. With names, label k has name k, or name k - 1 if the labels are 1 to the
 * number of names. Without names, the classes are the distinct training labels in ascending order.
 * @throws DataError for a label without a class
 */
export function numberClasses(parts: readonly PartLabels<number>[], named: NamedLabels | null): NumberedClasses {
  const [train] = parts as [PartLabels<number>];
  const trained = [...new Set(Array.from(train.values))].sort((a, b) => a - b);
  if (!named) {
    const classNames = trained.map(String);
    return {
      classNames,
      labels: parts.map((part) => numbered(part, new Map(trained.map((l, i) => [l, i])))),
      findings: [],
    };
  }
  const { names, path } = named;
  checkDistinctNames(path, names);
  const [least = 0, most = 0] = [trained[0], trained.at(-1)];
  const base = least === 1 && most === names.length ? 1 : 0;
  if (most - base >= names.length) {
    throw new DataError(
      `${train.path}: it has the label ${most}. Expected 0 to ${names.length - 1}, by ${plural(names.length, "class name")} in ${path}. Name all classes.`,
    );
  }
  const known = new Map(names.map((_, i) => [i + base, i]));
  return {
    classNames: names,
    labels: parts.map((part) => numbered(part, known)),
    findings: base === 1 ? [`The labels begin with 1, the first of ${names.length} class names.`] : [],
  };
}

/** Numbers the classes of text labels: the distinct training labels, in the order of class folders. @throws DataError for a label without a class */
export function nameClasses(parts: readonly PartLabels<string>[]): NumberedClasses {
  const [train] = parts as [PartLabels<string>];
  const classNames = orderClasses(new Set(Array.from(train.values)));
  checkDistinctNames(train.path, classNames);
  const known = new Map(classNames.map((name, i) => [name, i]));
  return { classNames, labels: parts.map((part) => numbered(part, known)), findings: [] };
}

function numbered<T>({ path, values }: PartLabels<T>, known: ReadonlyMap<T, number>): Int32Array {
  return Int32Array.from(values as ArrayLike<T> & ArrayLike<number>, (value, i) => {
    const place = known.get(value as T);
    if (place !== undefined) return place;
    throw new DataError(
      `${path}: label ${i} is ${JSON.stringify(value)}. Expected one of the training labels: ${listFirst([...known.keys()].map(String))}. Remove the image, or add training images of its class.`,
    );
  });
}
