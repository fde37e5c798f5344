import { PART_NAMES } from "../../../data-set/parts.ts";
import type { DataRemedy } from "../../../data-set/remedy.ts";
import { type Branch, withImages } from "../../../files/tree.ts";
import { listFirst } from "../../../text/lists.ts";
import { type Candidate, haveSameClasses, isAside, isSplit, looksNamed, looksSplit, partOf } from "./candidate.ts";
import { type Choices, classesIn, type Layout, without } from "./layout.ts";
import { areCameraFolders, isAnnotation, isContainer } from "./name-words.ts";
import { AS_CLASSES, ambiguous, MOVE_IMAGES, quote, quoted, type Refusal, refuse } from "./refusals.ts";

/** Decides on folders of which none is named as a part. @throws DataError for folders that can be read in two ways */
export function classLayout(folder: string, root: Branch, folders: readonly Candidate[], choices: Choices): Layout {
  const byClass = partsWithinClasses(root, folders);
  if (byClass) return byClass;
  const isHierarchy = choices.classLevel !== undefined && haveSameClasses(folders);
  const refusal = isHierarchy ? null : refusalOf(folder, folders);
  return refusal === null ? classesIn(root) : refuse(folder, refusal);
}

/** Returns the reason why folders may not be classes; null if they are. */
function refusalOf(folder: string, folders: readonly Candidate[]): Refusal | null {
  const names = folders.map(({ name }) => name);
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
    if (!inner) return withOnePart(ambiguous(folders, folders), folders);
    return {
      problem: `its folders ${quoted(names)} each have the folders ${quoted(inner.classes)}. Parts within classes cannot have folders of their own.`,
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

/** The maximum number of folders that a remedy names. */
const MOST_NAMED = 5;

/** Adds the remedy that reads folders with the same classes, such as places, as one training part. */
function withOnePart({ problem, remedies }: Refusal, folders: readonly Candidate[]): Refusal {
  const train = folders.filter(({ classes }) => classes.length > 0).map(({ home }) => home.path);
  const together: DataRemedy = { folders: { train }, purpose: "read them as one training part" };
  return { problem, remedies: train.length > MOST_NAMED ? remedies : [...remedies, together] };
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

/** Returns the layout of classes with parts within, as in `cats/train`; null if that is not the layout. */
function partsWithinClasses(root: Branch, folders: readonly Candidate[]): Layout | null {
  const isWhole = ({ home }: Candidate): boolean => {
    const inner = withImages(home);
    return home.tree.images.length === 0 && looksSplit(inner) && inner.every(isLeafPart);
  };
  if (folders.length < 2 || !folders.every(isWhole)) return null;
  const found = PART_NAMES.map((part) => {
    const homes = folders.flatMap(({ name, home }) => {
      const others = withImages(home).filter((inner) => partOf(inner.name) !== part);
      const own = without(home, others);
      return own.tree.count === 0 ? [] : [{ ...own, name }];
    });
    return [part, homes] as const;
  }).filter(([, homes]) => homes.length > 0);
  const names = found.map(([part]) => `${part} part`);
  return {
    parts: new Map(found),
    reading: `one folder per class${root.path === "" ? "" : ` in ${root.path}`}, with ${listFirst(names)} in each`,
    findings: [],
    isByClass: true,
  };
}

const isLeafPart = (inner: Branch): boolean => partOf(inner.name) !== null && withImages(inner).length === 0;
