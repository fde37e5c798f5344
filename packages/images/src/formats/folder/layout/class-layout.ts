import { type Branch, withImages } from "../../../files/tree.ts";
import { type Candidate, haveSameClasses, isAside, isSplit, looksNamed, looksSplit } from "./candidate.ts";
import { classesIn, type Layout } from "./layout.ts";
import { areCameraFolders, areFolds, isAnnotation, isContainer } from "./name-words.ts";
import { AS_CLASSES, ambiguous, MOVE_IMAGES, quote, quoted, type Refusal, refuse } from "./refusals.ts";

/** Decides on folders of which none is named as a part. @throws DataError for folders that can be read in two ways */
export function classLayout(folder: string, root: Branch, folders: readonly Candidate[]): Layout {
  const refusal = refusalOf(folder, folders);
  return refusal === null ? classesIn(root) : refuse(folder, refusal);
}

/** Returns the reason why folders may not be classes; null if they are. */
function refusalOf(folder: string, folders: readonly Candidate[]): Refusal | null {
  const names = folders.map(({ name }) => name);
  if (areFolds(names)) {
    const parts = { train: names.slice(1), test: names.slice(0, 1) };
    return {
      problem: `its folders ${quoted(names)} are named as folds. Expected classes, or parts.`,
      remedies: [{ folders: parts, purpose: "choose the folds of each part" }, AS_CLASSES],
    };
  }
  if (areCameraFolders(names)) {
    return {
      problem: `its folders ${quoted(names)} are named like those of a camera. Expected one folder per class.`,
      remedies: [MOVE_IMAGES, AS_CLASSES],
    };
  }
  return nestedParts(folder, folders) ?? annotations(folders);
}

/** Returns the refusal of folders that contain parts, or that are parts without being named so. */
function nestedParts(folder: string, folders: readonly Candidate[]): Refusal | null {
  const names = folders.map(({ name }) => name);
  if (haveSameClasses(folders)) {
    const inner = folders.find(({ classes }) => looksNamed(classes));
    if (!inner) return ambiguous(folders, folders);
    return {
      problem: `its folders ${quoted(names)} each have the folders ${quoted(inner.classes)}. Parts within classes are not supported.`,
      remedies: [
        { act: `move them to PART/CLASS, such as ${inner.classes[0]}/${inner.name}` },
        { folders: { train: ["."] }, purpose: "train on all of them by class" },
      ],
    };
  }
  const divided = folders.find(({ home }) => looksSplit(withImages(home)));
  if (divided) {
    const others = names.filter((name) => name !== divided.name);
    return {
      problem: `its folder ${quote(divided.path)} has the parts ${quoted(divided.classes)}, and lies beside ${quoted(others)}. Expected classes, or parts.`,
      remedies: [{ act: `use ${folder}/${divided.home.path} as the data` }, AS_CLASSES],
    };
  }
  const [container, ...others] = folders.filter(isSplit);
  if (container === undefined || others.length > 0) return null;
  const isOnlyPart = isContainer(container.name) || folders.every((other) => other === container || isAside(other));
  return isOnlyPart ? ambiguous(folders, [container]) : null;
}

/** Returns the refusal of images beside masks or other pictures that describe them. */
function annotations(folders: readonly Candidate[]): Refusal | null {
  const annotation = folders.find(({ name }) => isAnnotation(name));
  const images = folders.find(({ name }) => isContainer(name));
  if (!annotation || !images) return null;
  return {
    problem: `its folders ${quoted(folders.map(({ name }) => name))} hold images and their annotations, not classes. Expected one folder per class.`,
    remedies: [images.classes.length > 1 ? { folders: { train: [images.path] } } : MOVE_IMAGES],
  };
}
