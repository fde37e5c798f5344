import { type Branch, childrenOf, type Tree, withImages } from "../../../files/tree.ts";
import { looksSplit, partOf, sameName, unwrap } from "./candidate.ts";

/**
 * Finds a folder that repeats the folders beside it, as some archives contain: it has the name of the data, or the same
 * parts with images of the same names.
 * @param dataName the name of the folder around them
 */
export function findCopy(dataName: string, found: readonly Branch[]): Branch | undefined {
  return found.find((child) => {
    if (child.tree.images.length > 0 || partOf(child.name) !== null) return false;
    return (sameName(child.name, dataName) && hasNamesOf(child, found)) || hasPartsOf(child, found);
  });
}

/** True if all subfolders of a folder have the names of its siblings. */
function hasNamesOf(branch: Branch, siblings: readonly Branch[]): boolean {
  const names = new Set(siblings.map(({ name }) => name));
  const inner = childrenOf(branch);
  return inner.length > 1 && inner.every(({ name }) => names.has(name));
}

/** True if the subfolders of a folder are parts, each with the images of a sibling. */
function hasPartsOf(branch: Branch, siblings: readonly Branch[]): boolean {
  const inner = withImages(unwrap(branch));
  return (
    looksSplit(inner) &&
    inner.every((part) => siblings.some(({ name, tree }) => name === part.name && sameImages(tree, part.tree)))
  );
}

/** True if two folders have images of the same names in folders of the same names. */
function sameImages(a: Tree, b: Tree): boolean {
  const [left, right] = [a, b].map(({ folders }) => folders.filter(({ tree }) => tree.count > 0));
  return (
    a.count === b.count &&
    String(a.images) === String(b.images) &&
    left?.length === right?.length &&
    (left ?? []).every(({ name, tree }, i) => name === right?.[i]?.name && sameImages(tree, (right[i] as Branch).tree))
  );
}
