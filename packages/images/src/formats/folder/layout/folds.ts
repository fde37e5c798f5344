import { type Branch, withImages } from "../../../files/tree.ts";
import { type Candidate, candidatesFor, haveSameClasses, isAside, looksSplit, partOf, unwrap } from "./candidate.ts";
import { isFold, wordsOf } from "./name-words.ts";

/** Folders that are named as folds, and the folders beside them. */
export interface Folds {
  /** The folder around the folds. */
  readonly parent: Branch;
  /** The folds by their numbers, ascending. */
  readonly byNumber: ReadonlyMap<number, Branch>;
  /** Parts, and images without labels, beside the folds or beside the training part around them. */
  readonly beside: readonly Candidate[];
}

/**
 * Finds the folds of a data set, within single folders around them or in its training part; null if there are none.
 * @param isWanted true if the user chose a fold: folders named as numbers are folds then, if they have the same subfolders
 */
export function findFolds(root: Branch, isWanted: boolean): Folds | null {
  const inner = withImages(root);
  const [only, ...more] = inner;
  if (only && more.length === 0) return findFolds(only, isWanted);
  const areNumbered =
    isWanted && inner.every(({ name }) => /^\d+$/.test(name)) && haveSameClasses(candidatesFor(inner));
  const folds = areNumbered ? inner : inner.filter(({ name }) => isFold(name));
  const others = candidatesFor(inner.filter((child) => !folds.includes(child)));
  if (!others.every((other) => other.part !== null || isAside(other))) return null;
  if (folds.length > 1) return { parent: root, byNumber: numbered(folds), beside: others };
  const training = others.filter(({ part }) => part === "train");
  const [train] = training;
  const deeper = folds.length === 0 && train && training.length === 1 ? findFolds(train.home, isWanted) : null;
  return deeper && { ...deeper, beside: [...deeper.beside, ...others.filter((other) => other !== train)] };
}

/** True if a fold has parts of its own. */
export const isDivided = (fold: Branch): boolean => looksSplit(withImages(unwrap(fold)));

/**
 * Numbers folds by the first number in their names that differs between all of them, as in `fold_0_data`; else by their
 * order: `fold_a` is fold 1.
 */
function numbered(folds: readonly Branch[]): ReadonlyMap<number, Branch> {
  const numbers = folds.map(({ name }) =>
    wordsOf(name)
      .filter((word) => /^\p{N}+$/u.test(word))
      .map(Number),
  );
  const column = (numbers[0] ?? []).findIndex(
    (_, i) => new Set(numbers.map((row) => row[i])).size === folds.length && numbers.every((row) => row.length > i),
  );
  const entries = folds.map((fold, i) => [column < 0 ? i + 1 : (numbers[i]?.[column] as number), fold] as const);
  return new Map(entries.sort(([a], [b]) => a - b));
}

/** Returns the part beside folds that is the validation part; null if there is none. */
export const validationBeside = ({ beside }: Folds): Candidate | null =>
  beside.find(({ name, classes }) => partOf(name) === "validation" && classes.length > 0) ?? null;
