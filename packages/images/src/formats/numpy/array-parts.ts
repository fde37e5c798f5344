import { basename } from "node:path";
import type { PartName } from "../../data-set/parts.ts";
import { DataError } from "../../error.ts";
import { listFirst } from "../../text/lists.ts";
import { inNaturalOrder } from "../file-groups.ts";
import { type ArrayRole, roleOf } from "./array-role.ts";
import { isNumeric } from "./element-type.ts";
import type { StoredArray } from "./stored-array.ts";

/** An array, its name, and the part that its file names. */
export interface NamedArray {
  /** The `.npz` file, or the folder of an `.npy` file. */
  readonly holder: string;
  readonly name: string;
  readonly part: PartName | null;
  readonly array: StoredArray;
}

/** The arrays of a part, in order. */
export interface ArrayPart {
  readonly part: PartName;
  readonly images: readonly StoredArray[];
  readonly labels: readonly StoredArray[];
}

/** The arrays of a data set. */
export interface ArrayParts {
  /** The parts with images and labels, the training part first. */
  readonly parts: readonly ArrayPart[];
  /** The names of the classes; null if there are none. */
  readonly names: StoredArray | null;
  readonly findings: readonly string[];
}

interface Known extends ArrayRole {
  readonly array: StoredArray;
  readonly name: string;
}

/**
 * Assigns arrays to parts by their names.
 * @returns null if no array is one of images with labels
 * @throws DataError if two arrays could be meant, or a training array is missing
 */
export function arrayParts(path: string, arrays: readonly NamedArray[]): ArrayParts | null {
  const known = arrays.flatMap(({ name, part, array }): Known[] => {
    const role = roleOf(name);
    return role ? [{ ...role, part: role.part ?? part, array, name }] : [];
  });
  const meant = known.some(({ role }) => role === "images") ? known : byShape(arrays, known);
  const images = meant.filter(({ role }) => role === "images");
  const { labels, names } = splitNames(meant, images);
  if (images.length === 0 || labels.length === 0) return null;
  const parts: ArrayPart[] = [];
  const findings: string[] = [];
  const withPart = new Set(images.flatMap(({ part }) => part ?? []));
  // An array without a part is the training part, unless another one is.
  const meantPart = (array: Known): PartName | null => array.part ?? (withPart.has("train") ? null : "train");
  const only = withPart.size === 1 && images.every(({ part }) => part !== null) ? [...withPart][0] : null;
  for (const part of ["train", "validation", "test"] as const) {
    const inPart = (array: Known): boolean =>
      (only ? "train" : meantPart(array)) === part && (!only || array.part === only);
    const [own, marks] = [images.filter(inPart), labels.filter(inPart)];
    if (own.length === 0) continue;
    if (marks.length === 0) {
      const listed = own.map(({ array }) => array.path).join(", ");
      if (part === "train")
        throw new DataError(`${listed}: its labels are missing. Expected an array such as y_train.`);
      findings.push(`The images of ${listed} have no labels and are not read.`);
      continue;
    }
    parts.push({ part, images: series(own), labels: series(marks) });
  }
  if (parts[0]?.part !== "train") {
    throw new DataError(
      `${path}: it has no training images among its arrays ${listFirst(arrays.map(({ name }) => name))}. Expected an array such as x_train or train_images.`,
    );
  }
  const used = new Set([...parts.flatMap(({ images, labels }) => [...images, ...labels]), ...names]);
  const left = arrays.filter(({ array }) => !used.has(array));
  if (left.length > 0) findings.push(`These arrays are not read: ${listFirst(left.map(({ name }) => name))}.`);
  return { parts, names: names[0] ?? null, findings };
}

/** Separates the names of classes from labels: an array such as `classes` is either. */
function splitNames(
  known: readonly Known[],
  images: readonly Known[],
): { readonly labels: readonly Known[]; readonly names: readonly StoredArray[] } {
  const counts = new Set(images.map(({ array }) => array.shape[0]));
  const labels = known.filter(({ role }) => role === "labels");
  const isNames = ({ array: { shape, type }, part }: Known): boolean =>
    part === null && shape.length === 1 && !isNumeric(type) && !counts.has(shape[0]);
  const named = [...known.filter(({ role }) => role === "names"), ...labels.filter(isNames)].map(({ array }) => array);
  return {
    labels: labels.filter((label) => !isNames(label)),
    names: named.filter(({ shape, type }) => shape.length === 1 && !isNumeric(type)),
  };
}

/** Recognizes the two arrays of a file by their shapes: images, and one label for each. */
function byShape(arrays: readonly NamedArray[], known: readonly Known[]): readonly Known[] {
  const names = known.filter(({ role }) => role === "names");
  const isNames = ({ array }: NamedArray): boolean => names.some((other) => other.array === array);
  const pairs = [...new Set(arrays.map(({ holder }) => holder))].flatMap((holder): Known[] => {
    const inside = arrays.filter((array) => array.holder === holder && !isNames(array));
    const images = inside.filter(({ array }) => array.shape.length >= 3 && isNumeric(array.type));
    const others = inside.filter((array) => !images.includes(array));
    const [[image, ...moreImages], [label, ...moreLabels]] = [images, others];
    if (!image || !label || moreImages.length + moreLabels.length > 0) return [];
    if (image.array.shape[0] !== label.array.shape[0]) return [];
    return [
      { ...image, role: "images", exact: true },
      { ...label, role: "labels", exact: true },
    ];
  });
  return [...names, ...pairs];
}

/** Returns the arrays of a role in order. Several ones are allowed only if their names differ in numbers alone. */
function series(arrays: readonly Known[]): readonly StoredArray[] {
  const exact = arrays.filter((array) => array.exact);
  const meant = exact.length > 0 ? exact : arrays;
  const paths = meant.map(({ array }) => array.path).sort(inNaturalOrder);
  const [first = "", ...others] = paths.map((path) => path.replaceAll(/\d+/g, "#"));
  if (others.some((other) => other !== first)) {
    throw new DataError(
      `${paths[0]}: another array could be meant, ${paths
        .slice(1)
        .map((path) => basename(path))
        .join(
          ", ",
        )}. Expected one array of ${meant[0]?.role} per part. Use one file as the data, or name its part, such as x_train.`,
    );
  }
  const byPath = new Map(meant.map(({ array }) => [array.path, array]));
  return paths.map((path) => byPath.get(path) as StoredArray);
}
