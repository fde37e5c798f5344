import { type Branch, withImages } from "../tree.ts";
import { type Candidate, haveSameClasses, isAside, isSplit, looksNamed, looksSplit } from "./candidate.ts";
import { classesIn, type Layout } from "./layout.ts";
import { areCameraFolders, areFolds, isAnnotation, isContainer } from "./name-words.ts";
import { ambiguous, flagList, quote, quoted, refuse } from "./refusals.ts";

/** Decides on folders of which none is named as a part. @throws DataError for folders that can be read in two ways */
export function classLayout(folder: string, root: Branch, folders: readonly Candidate[]): Layout {
  const problem = problemOf(folder, folders);
  return problem === null ? classesIn(root) : refuse(folder, problem);
}

/** Returns the reason why folders may not be classes; null if they are. */
function problemOf(folder: string, folders: readonly Candidate[]): string | null {
  const names = folders.map(({ name }) => name);
  if (areFolds(names)) {
    return `its folders ${quoted(names)} are named as folds. Expected classes, or parts. Choose the folds of each part, such as --train-folder ${flagList(names.slice(1))} --test-folder ${flagList(names.slice(0, 1))} (options trainFolder and testFolder), or use --train-folder . to read the folders as classes.`;
  }
  if (areCameraFolders(names)) {
    return `its folders ${quoted(names)} are named like those of a camera. Expected one folder per class. Move each image into a folder named after its class, or use --train-folder . (option trainFolder) to read the folders as classes.`;
  }
  return nestedPartsProblem(folder, folders) ?? annotationsProblem(folders);
}

/** Returns the problem of folders that contain parts, or that are parts without being named so. */
function nestedPartsProblem(folder: string, folders: readonly Candidate[]): string | null {
  const names = folders.map(({ name }) => name);
  if (haveSameClasses(folders)) {
    const inner = folders.find(({ classes }) => looksNamed(classes));
    if (!inner) return ambiguous(folders, folders);
    return `its folders ${quoted(names)} each have the folders ${quoted(inner.classes)}. Parts within classes are not supported. Move them to PART/CLASS, such as ${inner.classes[0]}/${inner.name}, or use --train-folder . (option trainFolder) to train on all of them by class.`;
  }
  const divided = folders.find(({ home }) => looksSplit(withImages(home)));
  if (divided) {
    return `its folder ${quote(divided.path)} has the parts ${quoted(divided.classes)}, and lies beside ${quoted(names.filter((name) => name !== divided.name))}. Expected classes, or parts. Use ${folder}/${divided.home.path} as the data, or --train-folder . (option trainFolder) to read the folders as classes.`;
  }
  const [container, ...others] = folders.filter(isSplit);
  if (container === undefined || others.length > 0) return null;
  const isOnlyPart = isContainer(container.name) || folders.every((other) => other === container || isAside(other));
  return isOnlyPart ? ambiguous(folders, [container]) : null;
}

/** Returns the problem of images beside masks or other pictures that describe them. */
function annotationsProblem(folders: readonly Candidate[]): string | null {
  const annotation = folders.find(({ name }) => isAnnotation(name));
  const images = folders.find(({ name }) => isContainer(name));
  if (!annotation || !images) return null;
  const remedy =
    images.classes.length > 1
      ? `Use --train-folder ${quote(images.path)} (option trainFolder).`
      : "Move each image into a folder named after its class.";
  return `its folders ${quoted(folders.map(({ name }) => name))} hold images and their annotations, not classes. Expected one folder per class. ${remedy}`;
}
