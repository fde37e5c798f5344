import { type Branch, withImages } from "../../../files/tree.ts";
import { listFirst } from "../../../text/lists.ts";
import {
  type Candidate,
  candidatesFor,
  foldersWithin,
  isAside,
  looksSplit,
  partOf,
  sameName,
  unwrap,
} from "./candidate.ts";
import { classLayout } from "./class-layout.ts";
import { findCopy } from "./copies.ts";
import { type Choices, classesIn, type Layout, partsIn, without } from "./layout.ts";
import { partLayout, withoutLabels } from "./part-layout.ts";
import { MOVE_IMAGES, partFolders, quote, refuse } from "./refusals.ts";

/**
 * Decides whether the folders of a data set are classes, or parts with one subfolder per class. A single folder around
 * everything is opened.
 * @param folder its path, for errors
 * @throws DataError for folders that can be read in two ways, with both readings and the options that decide
 */
export function findLayout(folder: string, root: Branch, choices: Choices): Layout {
  const found = withImages(root);
  if (found.length > 0 && choices.accepts(found.map(({ name }) => name))) return classesIn(root);
  const [only] = found;
  if (only && found.length === 1) return singleFolderLayout(folder, root, only, choices);
  const copy = findCopy(nameOf(folder, root), found);
  if (copy) {
    const layout = findLayout(folder, without(root, [copy]), choices);
    return { ...layout, findings: [`${copy.path} repeats the folders beside it and is left out.`, ...layout.findings] };
  }
  const folders = candidatesFor(found);
  const divided = onlyDivided(folders);
  if (divided) {
    const layout = findLayout(folder, divided.home, choices);
    const others = folders.filter((other) => other !== divided);
    return { ...layout, findings: [...layout.findings, ...others.map(withoutLabels)] };
  }
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
    : classLayout(folder, root, folders, choices);
}

/** Reads the only folder in its parent: a folder around everything, a part, or one class. */
function singleFolderLayout(folder: string, root: Branch, only: Branch, choices: Choices): Layout {
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
  const isWrapper = root.tree.images.length === 0 && spreads(home);
  if (!isWrapper) return classesIn(root);
  const layout = findLayout(folder, home, choices);
  return {
    ...layout,
    reading: layout.reading.replace(/^one folder per class$/, `one folder per class in ${home.path}`),
  };
}

const nameOf = (folder: string, { name }: Branch): string => name || (folder.split(/[/\\]/).at(-1) as string);

/** True if a folder has several folders of images, below any number of single ones around them. */
function spreads(branch: Branch): boolean {
  const [only, ...more] = withImages(branch);
  return more.length > 0 || (only !== undefined && branch.tree.images.length === 0 && spreads(only));
}

/** Returns the only folder that has parts in it, if the folders beside it have no classes and names of parts or samples. */
function onlyDivided(folders: readonly Candidate[]): Candidate | null {
  const isDivided = ({ home }: Candidate): boolean => looksSplit(withImages(home));
  const [divided, ...more] = folders.filter(isDivided);
  if (!divided || more.length > 0) return null;
  const isLeft = (other: Candidate): boolean => isAside(other) || (other.part !== null && other.classes.length === 0);
  return folders.every((other) => other === divided || isLeft(other)) ? divided : null;
}
