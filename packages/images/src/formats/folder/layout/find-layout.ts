import { type Branch, childrenOf, withImages } from "../../../files/tree.ts";
import { listFirst } from "../../../text/lists.ts";
import { type Candidate, candidateFor, foldersWithin, looksSplit, partOf, sameName, unwrap } from "./candidate.ts";
import { classLayout } from "./class-layout.ts";
import { type AcceptsClasses, classesIn, type Layout, partsIn, without } from "./layout.ts";
import { partLayout } from "./part-layout.ts";
import { MOVE_IMAGES, partFolders, quote, refuse } from "./refusals.ts";

/**
 * Decides whether the folders of a data set are classes, or parts with one subfolder per class. A single folder around
 * everything is opened.
 * @param folder its path, for errors
 * @param accepts true if folders with these names are the expected classes
 * @throws DataError for folders that can be read in two ways, with both readings and the options that decide
 */
export function findLayout(folder: string, root: Branch, accepts: AcceptsClasses): Layout {
  const found = withImages(root);
  if (found.length > 0 && accepts(found.map(({ name }) => name))) return classesIn(root);
  const [only] = found;
  if (only && found.length === 1) return singleFolderLayout(folder, root, only, accepts);
  // Some archives have a copy of the data in a folder of the data's name.
  const copy = found.find(
    (child) => sameName(child.name, nameOf(folder, root)) && isCopy(child, found) && child.tree.images.length === 0,
  );
  if (copy) {
    const layout = findLayout(folder, without(root, [copy]), accepts);
    return { ...layout, findings: [`${copy.path} repeats the folders beside it and is left out.`, ...layout.findings] };
  }
  const folders = found.map(candidateFor);
  const nested = foldersWithin(folders);
  if (nested.length > 0) {
    const [first] = nested as [Candidate];
    refuse(folder, {
      problem: `${quote(first.path)} has folders with the names of those beside it (${listFirst(first.classes)}). Expected each class once, or parts.`,
      remedies: [{ folders: partFolders(nested), purpose: "read it as a part" }, { act: "move it out of the data" }],
    });
  }
  return folders.some(({ part }) => part !== null)
    ? partLayout(folder, root, folders)
    : classLayout(folder, root, folders);
}

/** Reads the only folder in its parent: a folder around everything, a part, or one class. */
function singleFolderLayout(folder: string, root: Branch, only: Branch, accepts: AcceptsClasses): Layout {
  const part = partOf(only.name);
  const home = unwrap(only);
  const inner = withImages(home);
  if (part !== null && !sameName(only.name, nameOf(folder, root)) && !looksSplit(inner)) {
    if (part === "train" && inner.length > 0) return partsIn(new Map([["train", home]]));
    const problem =
      inner.length > 0
        ? `its only folder of images, ${only.path}, is a ${part} part. Expected training images.`
        : `${only.path} has images and no folders of classes. Expected one folder per class.`;
    const remedies =
      inner.length > 1
        ? [{ act: `use ${folder}/${home.path} as the data` }, { folders: { train: [home.path] } }]
        : [MOVE_IMAGES];
    refuse(folder, { problem, remedies });
  }
  const isWrapper = inner.length > 1 && root.tree.images.length === 0;
  if (!isWrapper) return classesIn(root);
  const layout = findLayout(folder, home, accepts);
  return {
    ...layout,
    reading: layout.reading.replace(/^one folder per class$/, `one folder per class in ${home.path}`),
  };
}

const nameOf = (folder: string, { name }: Branch): string => name || (folder.split(/[/\\]/).at(-1) as string);

/** True if all subfolders of a folder have the names of its siblings. */
function isCopy(branch: Branch, siblings: readonly Branch[]): boolean {
  const names = new Set(siblings.map(({ name }) => name));
  const inner = childrenOf(branch);
  return inner.length > 1 && inner.every(({ name }) => names.has(name));
}
