import { PART_NAMES, type PartName } from "../../../data-set/parts.ts";
import type { Branch } from "../../../files/tree.ts";

/** The folders that hold the classes of each part. */
export interface Layout {
  /** For each part, the folders whose subfolders are classes. */
  readonly parts: ReadonlyMap<PartName, readonly Branch[]>;
  /** A description of how the folders are read. */
  readonly reading: string;
  /** Sentences on folders that are left out. */
  readonly findings: readonly string[];
  /** True if the folders of parts are named after classes, as in `cats/train`. */
  readonly isByClass?: boolean;
  /** The levels below the one that is read on which there are more folders. */
  readonly deeper?: readonly ClassLevel[];
  /** True if the test part is the chosen fold. */
  readonly isFold?: boolean;
}

/** A level below the folders of parts: 1 for the folders directly in them. */
export interface ClassLevel {
  readonly level: number;
  /** The number of folders with images. */
  readonly folders: number;
}

/** The user's choices between readings, besides the folders of parts. */
export interface Choices {
  readonly accepts: AcceptsClasses;
  /** The number of the fold that is the test part. */
  readonly fold?: number | undefined;
  /** The number of folds; "all" stands for the folders of folds. */
  readonly folds?: number | "all" | undefined;
  /** The level of the folders of classes below the folder of their part. */
  readonly classLevel?: number | undefined;
}

/** A check that folders with these names are the expected classes. */
export type AcceptsClasses = (names: readonly string[]) => boolean;

/** Returns the layout of a folder whose subfolders are the classes. */
export const classesIn = (root: Branch): Layout => ({
  parts: new Map([["train", [root]]]),
  reading: "one folder per class",
  findings: [],
});

/** Returns the layout of folders that are parts. */
export function partsIn(homes: ReadonlyMap<PartName, Branch>, findings: readonly string[] = []): Layout {
  const sorted = PART_NAMES.flatMap((part) => {
    const home = homes.get(part);
    return home ? [[part, home] as const] : [];
  });
  return {
    parts: new Map(sorted.map(([part, home]) => [part, [home]])),
    reading: sorted.map(([part, { path }]) => `${part} part from ${path}`).join(", "),
    findings,
  };
}

/** Returns a folder without the given subfolders. */
export function without(branch: Branch, excluded: readonly Branch[]): Branch {
  const folders = branch.tree.folders.filter(({ tree }) => !excluded.some((other) => other.tree === tree));
  const count = folders.reduce((sum, { tree }) => sum + tree.count, branch.tree.images.length);
  return { ...branch, tree: { ...branch.tree, folders, count } };
}
