import { join } from "node:path";
import { classKey, matchClasses } from "../../classes/match-classes.ts";
import { orderClasses } from "../../classes/order-classes.ts";
import type { PartName } from "../../data-set/parts.ts";
import { IMAGE_FORMATS } from "../../decode/image-formats.ts";
import { DataError } from "../../error.ts";
import { endingsBelow, hasUnreadImages, listEndings, remediesFor } from "../../files/contents.ts";
import type { Files } from "../../files/files.ts";
import { type Branch, childrenOf, ending, imagesBelow, walk, withImages } from "../../files/tree.ts";
import { listFirst, plural } from "../../text/lists.ts";
import type { LabeledImage } from "../format.ts";
import type { ChosenFolders } from "./layout/chosen-layout.ts";
import { classFolders } from "./layout/class-folders.ts";
import type { Choices, ClassLevel, Layout } from "./layout/layout.ts";
import { layoutOf } from "./layout/layout-of.ts";

/** The contents of a folder with one subfolder per class. */
export interface Scan {
  /** The images, sorted by part and class. */
  readonly images: readonly LabeledImage[];
  readonly classNames: readonly string[];
  /** A description of how the folders are read. */
  readonly reading: string;
  /** The number of files per ending in the folders of classes that are not images by name. */
  readonly ignored: ReadonlyMap<string, number>;
  /** Further findings, as sentences. */
  readonly findings: readonly string[];
  /** The levels below the one that is read on which there are more folders. */
  readonly deeper: readonly ClassLevel[];
  /** True if the test part is the chosen fold. */
  readonly isFold: boolean;
  /** The folders that hold the classes of each part. */
  readonly homes: Layout["parts"];
}

export interface ScanOptions extends Omit<Choices, "accepts"> {
  /** The folders that the user chose for parts. */
  readonly chosen?: ChosenFolders | undefined;
  /** The expected classes, of which some may be absent. Default: the folders' names. */
  readonly classes?: readonly string[] | undefined;
}

/**
 * Finds the images of a folder with one subfolder per class, or with such folders for each part (train, val, test). Images
 * may lie at any depth in the folder of their class; links are followed.
 * @throws DataError if there are no images or fewer than two classes, or if the folders can be read in two ways
 */
export function scanFolder(
  { path: folder, root }: Files,
  { chosen = {}, classes, ...choices }: ScanOptions = {},
): Scan {
  if (root.tree.count === 0) throw new DataError(`${folder}: ${withoutImages(root)}`);
  const accepts = (names: readonly string[]): boolean =>
    classes !== undefined && matchClasses(names, classes).unknown.length === 0;
  const layout = layoutOf(folder, root, chosen, { accepts, ...choices });
  const { images, findings, ignored } = collect(folder, layout, classes);
  // If the classes are given, no part has to be trained on.
  const named = classes === undefined ? images.filter(({ part }) => part === "train") : images;
  const classNames = orderClasses(new Set(named.map(({ className }) => className)));
  checkClasses(folder, root, layout, classNames, images, classes === undefined ? 2 : 1);
  return {
    images,
    classNames,
    reading: layout.reading,
    ignored,
    findings: [...layout.findings, ...specialFiles(root), ...looseImages(root, layout), ...findings],
    deeper: layout.deeper ?? [],
    isFold: layout.isFold ?? false,
    homes: layout.parts,
  };
}

/** Collects the images of each part by class, with findings on folders without images. */
function collect(
  folder: string,
  layout: Layout,
  classes: readonly string[] | undefined,
): Pick<Scan, "images" | "findings" | "ignored"> {
  const images: LabeledImage[] = [];
  const [empty, ignored] = [new Set<string>(), new Map<string, number>()];
  const homes = [...new Set([...layout.parts.values()].flat())];
  const seen = new Map<Branch, Map<string, string>>(homes.map((home) => [home, new Map()]));
  for (const { part, className, home, folder: child } of classFolders(layout, classes)) {
    const names = seen.get(home) as Map<string, string>;
    const twin = names.get(classKey(child.name));
    if (twin !== undefined && child.tree.count > 0) {
      throw new DataError(
        `${join(folder, home.path)}: two of its folders, '${twin}' and '${child.name}', have the same name but for Unicode normalization or spaces around it. Expected one folder per class. Move the images of both into one.`,
      );
    }
    if (child.tree.count > 0) names.set(classKey(child.name), child.name);
    const endings = endingsBelow(child);
    for (const [name, count] of endings) ignored.set(name, (ignored.get(name) ?? 0) + count);
    if (child.tree.count === 0 && hasUnreadImages(endings)) {
      throw new DataError(
        `${join(folder, child.path)}: the class has no supported images, but ${listEndings(endings)}. Expected ${IMAGE_FORMATS}. ${remediesFor(endings)}Or remove the folder.`,
      );
    }
    if (child.tree.count === 0) empty.add(child.path);
    // A folder chosen for another part may lie within a class.
    const others = homes.flatMap((other) => (other === home ? [] : [other.tree.real]));
    for (const path of imagesBelow(child, new Set(others))) images.push({ part, className, path });
  }
  const lacking = [...empty];
  const findings =
    lacking.length === 0
      ? []
      : [
          `${plural(lacking.length, "folder has", "folders have")} no images and ${lacking.length === 1 ? "is no class" : "are no classes"}: ${listFirst(lacking)}.`,
        ];
  return { images: withTrainingNames(images), findings: [...findings, ...differingInCase(images)], ignored };
}

/** Reports classes that would be one folder on a disk that ignores case. */
function differingInCase(images: readonly LabeledImage[]): readonly string[] {
  const names = new Set(images.flatMap(({ part, className }) => (part === "train" ? [className] : [])));
  const spellings = new Map<string, string[]>();
  for (const name of names) {
    const key = classKey(name).toLowerCase();
    spellings.set(key, [...(spellings.get(key) ?? []), name]);
  }
  const same = [...spellings.values()].filter(({ length }) => length > 1).map((list) => list.join(" and "));
  return same.length === 0 ? [] : [`These classes differ only in upper and lower case: ${listFirst(same, 3)}.`];
}

/** Renames the classes of other parts as in the training part. */
function withTrainingNames(images: readonly LabeledImage[]): readonly LabeledImage[] {
  const namesIn = (wanted: PartName): readonly string[] => [
    ...new Set(images.flatMap(({ part, className }) => (part === wanted ? [className] : []))),
  ];
  const known = namesIn("train");
  const same = new Map(
    (["validation", "test"] as const).map((part) => {
      const names = namesIn(part);
      const { matches } = matchClasses(names, known);
      return [part, new Map(names.map((name, i) => [name, known[matches[i] ?? -1] ?? name]))] as const;
    }),
  );
  return images.map((image) =>
    image.part === "train" ? image : { ...image, className: same.get(image.part)?.get(image.className) as string },
  );
}

/** Returns the innermost folder of a chain of folders with one folder of images each. */
function innermost(branch: Branch): Branch {
  const [only, ...more] = withImages(branch);
  return only && more.length === 0 ? innermost(only) : branch;
}

function checkClasses(
  folder: string,
  root: Branch,
  { parts }: Layout,
  classNames: readonly string[],
  images: readonly LabeledImage[],
  leastClasses: number,
): void {
  if (classNames.length < leastClasses) {
    const homes = parts.get("train") ?? [];
    const endings = new Map(homes.flatMap(({ tree }) => tree.others.map((name) => [ending(name), 1] as const)));
    const loose = homes.reduce((sum, { tree }) => sum + tree.images.length, 0);
    const found =
      classNames.length === 0
        ? `it has ${plural(loose, "image")} and no folders of classes`
        : `it has one class, '${classNames[0]}'${loose > 0 ? `, and ${plural(loose, "image")} beside it` : ""}`;
    const inner = homes
      .flatMap(childrenOf)
      .map(innermost)
      .find((child) => withImages(child).length > 1);
    const deeper = inner
      ? `Use ${join(folder, inner.path)} as the data, if its folders are the classes or parts. `
      : "";
    throw new DataError(
      `${join(folder, homes[0]?.path ?? "")}: ${found}. Expected one folder of images per class, and at least two classes, such as cats/1.jpg and dogs/1.jpg. ${deeper}${remediesFor(endings.size > 0 ? endings : endingsBelow(root))}`.trimEnd(),
    );
  }
  const untrained = images.find(({ className }) => !classNames.includes(className));
  if (untrained) {
    throw new DataError(
      `${join(folder, untrained.path)}: the class '${untrained.className}' has no training images. Expected one of ${listFirst(classNames)}. Add training images of that class, or remove it from the ${untrained.part} part.`,
    );
  }
}

/** Returns the problem of a folder without images: its other files, and what to do. */
function withoutImages(root: Branch): string {
  const endings = endingsBelow(root);
  const others = root.tree.ownOnly ? "no other files but Downhill's" : "no other files";
  const found = endings.size > 0 ? `, but ${listEndings(endings)}` : ` and ${others}`;
  return `it has no images${found}. Expected one folder of images per class (${IMAGE_FORMATS}), or another format: a table of labels, .npz, .npy, Parquet, WebDataset, TFRecord, IDX, CIFAR or STL-10. ${remediesFor(endings)}`.trimEnd();
}

/** Reports images beside the folders of classes, which have no class. */
function looseImages({ tree }: Branch, { parts }: Layout): readonly string[] {
  const homes = new Map([...parts.values()].flat().map((home) => [home.tree.real, home]));
  const inHomes = [...homes.values()].flatMap(({ path, tree: { images } }) =>
    images.map((name) => (path === "" ? name : `${path}/${name}`)),
  );
  const paths = homes.has(tree.real) ? inHomes : [...inHomes, ...tree.images];
  if (paths.length === 0) return [];
  const one = paths.length === 1;
  return [
    `${plural(paths.length, "image lies", "images lie")} beside the folders of classes and ${one ? "is" : "are"} left out: ${listFirst(paths, 3)}.`,
  ];
}

/** Reports pipes, sockets and devices. */
function specialFiles(root: Branch): readonly string[] {
  const paths = [...walk(root)].flatMap(({ path, tree }) =>
    tree.special.map((name) => (path === "" ? name : `${path}/${name}`)),
  );
  if (paths.length === 0) return [];
  return [
    `${plural(paths.length, "pipe, socket or device is", "pipes, sockets or devices are")} left out: ${listFirst(paths, 3)}.`,
  ];
}
