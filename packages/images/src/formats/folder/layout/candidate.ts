import type { PartName } from "../../../data-set/parts.ts";
import { type Branch, withImages } from "../../../files/tree.ts";
import { isContainer, isEvaluation, isUnlabeled, partNamed, restOf } from "./name-words.ts";

/** A folder with images that is a class or a part, and the facts that decide which. */
export interface Candidate {
  readonly name: string;
  readonly path: string;
  /** The part that the name stands for. */
  readonly part: PartName | null;
  /** The other words of the name: see {@link restOf}. */
  readonly rest: string;
  /** The folder whose subfolders are the classes if the candidate is a part. */
  readonly home: Branch;
  readonly classes: readonly string[];
  /** The names of those classes in the form in which they are compared. */
  readonly keys: ReadonlySet<string>;
}

/** Describes a folder with images by its own name. */
function candidateFor(branch: Branch): Candidate {
  const home = unwrap(branch);
  const classes = withImages(home).map(({ name }) => name);
  return {
    name: branch.name,
    path: branch.path,
    part: partOf(branch.name),
    rest: restOf(branch.name),
    home,
    classes,
    keys: new Set(classes.map(keyOf)),
  };
}

/** Returns the part that a folder's name stands for. FER2013's validation and test parts differ in the first word alone. */
export function partOf(name: string): PartName | null {
  const named = partNamed(name);
  return named?.part === "test" && named.rest === "public" ? "validation" : (named?.part ?? null);
}

/**
 * Describes folders with images beside each other. Two parts are recognized by the names beside theirs: an evaluation part
 * beside a validation part is the test part (Food-11), and `rps` beside `rps-test-set` is the training part.
 */
export function candidatesFor(branches: readonly Branch[]): readonly Candidate[] {
  const found = branches.map(candidateFor);
  const named = found.filter(({ part }) => part !== null);
  const has = (wanted: PartName): boolean => named.some(({ part }) => part === wanted);
  const isValidation = ({ part, name }: Candidate): boolean => part === "validation" && !isEvaluation(name);
  const [first] = named;
  const isWhole = (folder: Candidate): boolean =>
    folder.part === null &&
    folder.rest !== "" &&
    named.every((part) => part.rest === folder.rest && shareClass(part, folder));
  return found.map((folder) => {
    if (!has("test") && named.some(isValidation) && folder.part === "validation" && isEvaluation(folder.name))
      return { ...folder, part: "test" };
    return first && !has("train") && isWhole(folder) ? { ...folder, part: "train" } : folder;
  });
}

/**
 * Returns the folder whose subfolders are the classes: the innermost one if folders of the same meaning are nested, as in
 * `seg_train/seg_train` or `train/images`.
 */
export function unwrap(branch: Branch): Branch {
  const [only, ...more] = withImages(branch);
  if (!only || more.length > 0 || branch.tree.images.length > 0) return branch;
  const same =
    sameName(only.name, branch.name) ||
    isContainer(only.name) ||
    (partOf(only.name) !== null && partOf(only.name) === partOf(branch.name));
  return same ? unwrap(only) : branch;
}

/** True if folders are named as parts, the training part among them. */
export function looksSplit(folders: readonly Branch[]): boolean {
  const parts = new Set(folders.map(({ name }) => partOf(name)));
  return parts.has("train") && (parts.has("test") || parts.has("validation"));
}

/** True if names stand for at least two parts. */
export const looksNamed = (names: readonly string[]): boolean =>
  new Set(names.flatMap((name) => partOf(name) ?? [])).size > 1;

/** True if a folder beside parts has images without labels, by its name. */
export const isAside = ({ name, classes }: Candidate): boolean => classes.length === 0 && isUnlabeled(name);

/** True if a folder has at least two folders of images. */
export const isSplit = ({ classes }: Candidate): boolean => classes.length > 1;

/** True if two folders have a class in common. */
export const shareClass = (a: Candidate, b: Candidate): boolean => [...a.keys].some((key) => b.keys.has(key));

/**
 * Returns the folders whose subfolders are named like folders beside them: all of at least two subfolders, or at least one
 * if the folder itself is named as a part.
 */
export function foldersWithin(folders: readonly Candidate[]): readonly Candidate[] {
  const names = new Set(folders.filter(({ part }) => part === null).map(({ name }) => keyOf(name)));
  return folders.filter(({ part, keys }) => {
    const same = [...keys].filter((key) => names.has(key)).length;
    return part === null ? same > 1 && same === keys.size : same > 0;
  });
}

/**
 * True if most folders have subfolders with the same names: at least two names, or a single one that is a word if each
 * folder has several subfolders.
 */
export function haveSameClasses(folders: readonly Candidate[]): boolean {
  const sorted = folders.filter(({ classes }) => classes.length > 0);
  const [first, ...others] = sorted;
  if (!first || others.length === 0 || sorted.length < folders.length / 2) return false;
  const same = [...first.keys].filter((key) => others.every(({ keys }) => keys.has(key)));
  const isWord = (key: string): boolean => /\p{L}/u.test(key) && !isContainer(key);
  return same.length > 1 || (same.some(isWord) && sorted.every(isSplit));
}

/** True if two names differ at most in case and Unicode normalization. */
export const sameName = (a: string, b: string): boolean => keyOf(a) === keyOf(b);

const keyOf = (name: string): string => name.normalize("NFC").toLowerCase();
