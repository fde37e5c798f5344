import { type Branch, childrenOf, withImages } from "../../../files/tree.ts";
import { isContainer, isMask } from "./name-words.ts";

/**
 * Removes folders of masks beside the images of a class, as in `COVID/images` and `COVID/masks`.
 * @returns the remaining folders, and the paths of the removed ones
 */
export function withoutMasks(root: Branch): { readonly root: Branch; readonly masks: readonly string[] } {
  const masks: string[] = [];
  const prune = (branch: Branch): Branch => {
    const inner = withImages(branch);
    const found = inner.filter(({ name }) => isMask(name));
    const isClass =
      found.length > 0 && found.length < inner.length && inner.every(({ name }) => isMask(name) || isContainer(name));
    if (isClass) masks.push(...found.map(({ path }) => path));
    const names = new Set(isClass ? found.map(({ name }) => name) : []);
    const folders = childrenOf(branch)
      .filter(({ name }) => !names.has(name))
      .map(prune);
    const count = folders.reduce((sum, { tree }) => sum + tree.count, branch.tree.images.length);
    return count === branch.tree.count ? branch : { ...branch, tree: { ...branch.tree, folders, count } };
  };
  return { root: prune(root), masks };
}
