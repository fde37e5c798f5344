import { classKey } from "../../../classes/match-classes.ts";
import type { PartName } from "../../../data-set/parts.ts";
import { type Branch, childrenOf } from "../../../files/tree.ts";
import type { Layout } from "./layout.ts";

/** A folder whose images have one class, unless it has none. */
export interface ClassFolder {
  readonly part: PartName;
  readonly className: string;
  /** The folder around it. */
  readonly home: Branch;
  readonly folder: Branch;
}

/** The ending of the folders in which Teachable Machine saves the samples of a class. */
const SAMPLES = /(?<=.)-samples$/;

/**
 * Returns the folders of all classes, in the order of parts and names. A class has the name of its folder; at a deeper class
 * level its path if two folders have the same name. The endings of Teachable Machine's folders are removed.
 * @param known the expected classes
 */
export function classFolders({ parts, isByClass }: Layout, known: readonly string[] = []): readonly ClassFolder[] {
  const found = [...parts].flatMap(([part, homes]) =>
    homes.flatMap((home) => childrenOf(home).map((folder) => ({ part, home, folder }))),
  );
  if (isByClass) return found.map((entry) => ({ ...entry, className: entry.home.name }));
  const keys = new Set(known.map(classKey));
  const isKnown = (name: string): boolean => keys.has(classKey(name));
  const paths = [...new Set(found.map(({ folder }) => folder.name))];
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(lastOf(path), (counts.get(lastOf(path)) ?? 0) + 1);
  const isTeachable = found.every(({ folder: { name, tree } }) => tree.count === 0 || SAMPLES.test(name));
  const nameOf = (path: string): string => {
    if (isTeachable && !isKnown(path)) return path.replace(SAMPLES, "");
    const last = lastOf(path);
    if (known.length > 0) return isKnown(path) || !isKnown(last) ? path : last;
    return counts.get(last) === 1 ? last : path;
  };
  return found.map((entry) => ({ ...entry, className: nameOf(entry.folder.name) }));
}

const lastOf = (path: string): string => path.split("/").at(-1) as string;
