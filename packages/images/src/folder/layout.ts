import { DataError } from "../error.ts";
import type { PartName } from "../types.ts";
import { some } from "../words.ts";
import { areCameraFolders, areFolds, isAnnotation, isContainer, isUnlabelled, partNamed } from "./part-words.ts";
import { type Branch, childrenOf, withImages } from "./tree.ts";

/** Which folders hold the classes of which part. */
export interface Layout {
  /** By part, the folders whose subfolders are classes. */
  readonly parts: ReadonlyMap<PartName, readonly Branch[]>;
  /** How the folders are read, in words. */
  readonly reading: string;
  /** Sentences on folders that are left out. */
  readonly findings: readonly string[];
}

/**
 * Decides what the folders of a data set are: classes, or parts with one subfolder per class. One folder around
 * everything is looked into.
 * @param folder its path, for errors
 * @param accepts whether folders of these names are the classes that are expected
 * @throws DataError where they can be read in two ways, with both and with the flags that decide
 */
export function layoutOf(folder: string, root: Branch, accepts: (names: readonly string[]) => boolean): Layout {
  const found = withImages(root);
  if (found.length > 0 && accepts(found.map(({ name }) => name))) return classesIn(root);
  const [only] = found;
  if (only && found.length === 1) return layoutOfOne(folder, root, only, accepts);
  const refuse = (problem: string): never => {
    throw new DataError(`${folder}: ${problem}`);
  };

  // A copy of the data in a folder of its own name, as some archives have it.
  const copy = found.find(
    (child) => sameName(child.name, nameOf(folder, root)) && isCopy(child, found) && child.tree.images.length === 0,
  );
  if (copy) {
    const layout = layoutOf(folder, without(root, [copy]), accepts);
    return { ...layout, findings: [`${copy.path} repeats the folders beside it and is left out.`, ...layout.findings] };
  }
  const folders = found.map(describe);
  const nested = foldersWithin(folders);
  if (nested.length > 0) {
    const [first] = nested as [Candidate];
    return refuse(
      `${quote(first.path)} has folders with the names of those beside it (${some(first.classes)}): expected each class once, or parts. Use ${flagsFor(nested)} (options trainFolder, validationFolder and testFolder) to read it as a part, or move it out of the data.`,
    );
  }
  return folders.some(({ part }) => part !== null)
    ? amongParts(root, folders, refuse)
    : amongClasses(folder, root, folders, refuse);
}

/** A folder with images, and what speaks for its being a part. */
interface Candidate {
  readonly name: string;
  readonly path: string;
  readonly part: PartName | null;
  /** See `NamedPart.rest`. */
  readonly rest: string;
  /** The folder whose subfolders would be the classes. */
  readonly home: Branch;
  readonly classes: readonly string[];
  /** Their names in the form in which they are compared. */
  readonly keys: ReadonlySet<string>;
}

function describe(branch: Branch): Candidate {
  const named = partNamed(branch.name);
  const home = unwrap(branch);
  const classes = withImages(home).map(({ name }) => name);
  return {
    name: branch.name,
    path: branch.path,
    part: partOf(branch.name),
    rest: named?.rest ?? "",
    home,
    classes,
    keys: new Set(classes.map(keyOf)),
  };
}

/** FER2013's names of its validation and test parts differ in the first word alone. */
function partOf(name: string): PartName | null {
  const named = partNamed(name);
  return named?.part === "test" && named.rest === "public" ? "validation" : (named?.part ?? null);
}

/** Reads the folder that is alone in its parent: around everything, a part, or one class. */
function layoutOfOne(
  folder: string,
  root: Branch,
  only: Branch,
  accepts: (names: readonly string[]) => boolean,
): Layout {
  const part = partOf(only.name);
  const home = unwrap(only);
  const inner = withImages(home);
  const wraps = inner.length > 1 && root.tree.images.length === 0;
  if (part !== null && !sameName(only.name, nameOf(folder, root)) && !looksSplit(inner)) {
    if (part === "train" && inner.length > 0) return partsIn(new Map([["train", home]]));
    const remedy =
      inner.length > 1
        ? `Use ${folder}/${home.path} as the data, or --train-folder ${quote(home.path)} (option trainFolder).`
        : "Move each image into a folder named after its class.";
    throw new DataError(
      inner.length > 0
        ? `${folder}: its only folder of images, ${only.path}, is a ${part} part: expected training images. ${remedy}`
        : `${folder}: ${only.path} has images and no folders of classes: expected one folder per class. ${remedy}`,
    );
  }
  if (!wraps) return classesIn(root);
  const layout = layoutOf(folder, home, accepts);
  return {
    ...layout,
    reading: layout.reading.replace(/^one folder per class$/, `one folder per class in ${home.path}`),
  };
}

/** Whether folders are parts by their names, the training part among them. */
const looksSplit = (folders: readonly Branch[]): boolean => {
  const parts = new Set(folders.map(({ name }) => partOf(name)));
  return parts.has("train") && (parts.has("test") || parts.has("validation"));
};

/** Decides where at least one folder has the name of a part. */
function amongParts(root: Branch, folders: readonly Candidate[], refuse: (problem: string) => never): Layout {
  const named = folders.filter(({ part }) => part !== null);
  const strangers = folders.filter(({ part }) => part === null);
  const sorted = named.filter(({ classes }) => classes.length > 0);
  const train = sorted.filter(({ part }) => part === "train");
  const kinds = new Set(named.map(({ part }) => part));
  const names = quoted(named.map(({ path }) => path));

  if (kinds.size === 1) {
    // One name of a part among others is most likely a class, unless the contents say otherwise.
    const [home] = train.map((candidate) => candidate.home);
    if (home && train.length === named.length && train.length === 1 && strangers.every(isAside)) {
      return partsIn(new Map([["train", home]]), strangers.map(unlabelled));
    }
    const common = sorted.some((part) => strangers.some((other) => meet(part, other)));
    const deeper = sorted.some(isSplit) && strangers.some(({ classes }) => classes.length === 0);
    const beside = sorted.length === 0 && strangers.length > 0 && strangers.every(isSplit);
    if (common || deeper || beside) return refuse(twoReadings(folders, folders));
    if (strangers.length > 0) return classesIn(root);
    const alike = new Set(named.map(({ rest }) => rest)).size === 1;
    if (!alike && sorted.length === 0) return classesIn(root);
    return refuse(kinds.has("train") ? twoReadings(folders, folders) : withoutTraining(named));
  }

  if (sorted.length === 0) {
    return refuse(
      `${names} are named as parts and have images, but no folders of classes: expected one folder per class in each. Move each image into a folder named after its class, such as ${(named.find(({ part }) => part === "train") ?? (named[0] as Candidate)).path}/cat/1.jpg. If the folders are themselves the classes, use --train-folder . (option trainFolder).`,
    );
  }
  if (!kinds.has("train")) return refuse(withoutTraining(named, strangers));
  if (train.length === 0) {
    return refuse(
      `its training part ${quoted(named.filter(({ part }) => part === "train").map(({ path }) => path))} has no folders of classes: expected one folder per class in it. Move each image into a folder named after its class.`,
    );
  }
  const alike = new Set(named.map(({ rest }) => (rest === "public" || rest === "private" ? "" : rest))).size === 1;
  const agree = sorted.length > 1 && sorted.every((part) => part === train[0] || meet(part, train[0] as Candidate));
  if (!alike && !agree) return refuse(twoReadings(folders, named));
  if (!strangers.every(isAside)) return refuse(twoReadings(folders, named));
  const parts = new Map<PartName, Branch>();
  for (const { part, path, home } of sorted) {
    const other = sorted.find((candidate) => candidate.part === part);
    if (other && other.path !== path) {
      return refuse(
        `both ${quote(other.path)} and ${quote(path)} are named as its ${part} part: expected one. Use ${flagsFor(sorted)} to choose.`,
      );
    }
    parts.set(part as PartName, home);
  }
  const left = [...named.filter(({ classes }) => classes.length === 0), ...strangers];
  return partsIn(parts, left.map(unlabelled));
}

/** Decides where no folder has the name of a part. */
function amongClasses(
  folder: string,
  root: Branch,
  folders: readonly Candidate[],
  refuse: (problem: string) => never,
): Layout {
  const names = folders.map(({ name }) => name);
  if (areFolds(names)) {
    return refuse(
      `its folders ${quoted(names)} are named as folds: expected classes, or parts. Choose the folds of each part, such as --train-folder ${list(names.slice(1))} --test-folder ${list(names.slice(0, 1))} (options trainFolder and testFolder), or use --train-folder . to read the folders as classes.`,
    );
  }
  if (areCameraFolders(names)) {
    return refuse(
      `its folders ${quoted(names)} are named as those of a camera: expected one folder per class. Move each image into a folder named after its class, or use --train-folder . (option trainFolder) to read the folders as classes.`,
    );
  }
  if (sameClasses(folders)) {
    const inner = folders.find(({ classes }) => looksNamed(classes));
    if (inner) {
      return refuse(
        `its folders ${quoted(names)} each have the folders ${quoted(inner.classes)}: parts within classes are not read. Move them to PART/CLASS, such as ${inner.classes[0]}/${inner.name}, or use --train-folder . (option trainFolder) to train on all of them by class.`,
      );
    }
    return refuse(twoReadings(folders, folders));
  }
  const divided = folders.find(({ home }) => looksSplit(withImages(home)));
  if (divided) {
    return refuse(
      `its folder ${quote(divided.path)} has the parts ${quoted(divided.classes)}, and lies beside ${quoted(names.filter((name) => name !== divided.name))}: expected classes, or parts. Use ${folder}/${divided.home.path} as the data, or --train-folder . (option trainFolder) to read the folders as classes.`,
    );
  }
  const [container, ...others] = folders.filter(isSplit);
  const isAlone = container !== undefined && others.length === 0;
  if (isAlone && (isContainer(container.name) || folders.every((other) => other === container || isAside(other)))) {
    return refuse(twoReadings(folders, [container]));
  }
  const annotation = folders.find(({ name }) => isAnnotation(name));
  const images = folders.find(({ name }) => isContainer(name));
  if (annotation && images) {
    return refuse(
      `its folders ${quoted(names)} hold images and pictures that describe them, not classes: expected one folder per class. ${images.classes.length > 1 ? `Use --train-folder ${quote(images.path)} (option trainFolder).` : "Move each image into a folder named after its class."}`,
    );
  }
  return classesIn(root);
}

const classesIn = (root: Branch): Layout => ({
  parts: new Map([["train", [root]]]),
  reading: "one folder per class",
  findings: [],
});

function partsIn(parts: ReadonlyMap<PartName, Branch>, findings: readonly string[] = []): Layout {
  const order = (["train", "validation", "test"] as const).filter((part) => parts.has(part));
  return {
    parts: new Map(order.map((part) => [part, [parts.get(part) as Branch]])),
    reading: order.map((part) => `${part} part from ${(parts.get(part) as Branch).path}`).join(", "),
    findings,
  };
}

/** Whether a folder beside parts is known by its name to have no labels. */
const isAside = ({ name, classes }: Candidate): boolean => classes.length === 0 && isUnlabelled(name);

const isSplit = ({ classes }: Candidate): boolean => classes.length > 1;

const unlabelled = ({ path }: Candidate): string => `${path} has images and no folders of classes: it is left out.`;

/**
 * The folder whose subfolders are the classes, where a folder has one of the same meaning around them: `seg_train/seg_train`
 * or `train/images`.
 */
function unwrap(branch: Branch): Branch {
  const [only, ...more] = withImages(branch);
  if (!only || more.length > 0 || branch.tree.images.length > 0) return branch;
  const same =
    sameName(only.name, branch.name) ||
    isContainer(only.name) ||
    (partOf(only.name) !== null && partOf(only.name) === partOf(branch.name));
  return same ? unwrap(only) : branch;
}

const keyOf = (name: string): string => name.normalize("NFC").toLowerCase();
const sameName = (a: string, b: string): boolean => keyOf(a) === keyOf(b);

const nameOf = (folder: string, { name }: Branch): string => name || (folder.split(/[/\\]/).at(-1) as string);

/** A folder without some of those directly in it. */
export function without(branch: Branch, left: readonly Branch[]): Branch {
  const folders = branch.tree.folders.filter(({ tree }) => !left.some((other) => other.tree === tree));
  const count = folders.reduce((sum, { tree }) => sum + tree.count, branch.tree.images.length);
  return { ...branch, tree: { ...branch.tree, folders, count } };
}

/** Whether all subfolders of a folder have the names of its siblings. */
function isCopy(branch: Branch, siblings: readonly Branch[]): boolean {
  const names = new Set(siblings.map(({ name }) => name));
  const inner = childrenOf(branch);
  return inner.length > 1 && inner.every(({ name }) => names.has(name));
}

/** Whether two folders have a class in common. */
const meet = (a: Candidate, b: Candidate): boolean => [...a.keys].some((key) => b.keys.has(key));

/** Folders whose subfolders have the names of folders beside them: all of several, or where it is named as a part, one. */
function foldersWithin(folders: readonly Candidate[]): readonly Candidate[] {
  const names = new Set(folders.filter(({ part }) => part === null).map(({ name }) => keyOf(name)));
  return folders.filter(({ part, keys }) => {
    const same = [...keys].filter((key) => names.has(key)).length;
    return part === null ? same > 1 && same === keys.size : same > 0;
  });
}

/**
 * Whether most folders have subfolders with names that are the same in all of them: two, or one that is a word where each
 * has several.
 */
function sameClasses(folders: readonly Candidate[]): boolean {
  const sorted = folders.filter(({ classes }) => classes.length > 0);
  const [first, ...others] = sorted;
  if (!first || others.length === 0 || sorted.length < folders.length / 2) return false;
  const same = [...first.keys].filter((key) => others.every(({ keys }) => keys.has(key)));
  const isWord = (key: string): boolean => /\p{L}/u.test(key) && !isContainer(key);
  return same.length > 1 || (same.some(isWord) && sorted.every(isSplit));
}

const looksNamed = (names: readonly string[]): boolean => new Set(names.flatMap((name) => partOf(name) ?? [])).size > 1;

function withoutTraining(named: readonly Candidate[], strangers: readonly Candidate[] = []): string {
  const sharing = strangers.filter((folder) => named.some((part) => meet(folder, part)));
  const [first] = [...bySize(sharing), ...bySize(named)].filter(({ classes }) => classes.length > 0);
  return `its folders ${quoted(named.map(({ path }) => path))} are named as test or validation parts, and none as the training part. Name one of them 'train', or choose it with --train-folder ${quote(first?.home.path ?? "FOLDER")} (option trainFolder).`;
}

/** The refusal of folders that can be parts and classes. */
function twoReadings(folders: readonly Candidate[], parts: readonly Candidate[]): string {
  const names = folders.map(({ name }) => name);
  const inner = parts.find(({ classes }) => classes.length > 0);
  const asParts = inner
    ? `parts (${some(parts.map(({ path }) => path))}) with the classes ${some(inner.classes)}`
    : `parts (${some(parts.map(({ path }) => path))})`;
  return `its folders can be read as ${folders.length} classes (${some(names)}), or as ${asParts}. Use --train-folder . to read them as classes, or ${flagsFor(parts.filter(({ classes }) => classes.length > 0))} to read them as parts (options trainFolder, validationFolder and testFolder).`;
}

/** Folders with more images first: of two parts, the larger one is most likely for training. */
const bySize = (folders: readonly Candidate[]): readonly Candidate[] =>
  [...folders].sort((a, b) => b.home.tree.count - a.home.tree.count);

/** The flags that choose parts, by the folders' names where they name parts, else by their sizes. */
function flagsFor(folders: readonly Candidate[]): string {
  const chosen = new Map<PartName, Candidate>();
  const sorted = bySize(folders);
  for (const folder of sorted) if (folder.part && !chosen.has(folder.part)) chosen.set(folder.part, folder);
  const others = sorted.filter(({ part }) => part === null);
  for (const part of ["train", "test"] as const) {
    const next = chosen.has(part) ? undefined : others.shift();
    if (next) chosen.set(part, next);
  }
  const flags = (["train", "validation", "test"] as const).flatMap((part) => {
    const folder = chosen.get(part);
    return folder ? [`--${part}-folder ${shell(folder.home.path)}`] : [];
  });
  return flags.length > 0 ? flags.join(" ") : "--train-folder FOLDER --test-folder FOLDER";
}

const quote = (name: string): string => `'${name}'`;
const quoted = (names: readonly string[]): string => some(names.map(quote));
const list = (names: readonly string[]): string => shell(names.join(","));
const shell = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path}'`);
