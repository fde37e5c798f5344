import { readdirSync, realpathSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { DataError } from "../error.ts";
import type { PartName } from "../types.ts";

/** A file that is an image by its name. */
export interface ImageFile {
  readonly part: PartName;
  /** The folder of its class. */
  readonly className: string;
  /** Within the data's folder, with slashes. */
  readonly path: string;
}

/** What is in a folder that has a folder for each class. */
export interface Scan {
  /** By part and class, sorted. */
  readonly files: readonly ImageFile[];
  readonly classNames: readonly string[];
  /** Files that are no images by their names: how many of each ending. */
  readonly ignored: ReadonlyMap<string, number>;
  /** Sentences on what else is odd. */
  readonly findings: readonly string[];
}

const IMAGE_ENDINGS = new Set([".jpg", ".jpeg", ".jfif", ".png", ".webp", ".avif", ".gif", ".tif", ".tiff"]);

/** The usual names of folders that hold parts. */
const PART_FOLDERS: Readonly<Record<string, PartName>> = {
  train: "train",
  training: "train",
  val: "validation",
  valid: "validation",
  validation: "validation",
  dev: "validation",
  test: "test",
  testing: "test",
};

/**
 * Finds the images of a folder that has a folder for each class, or a folder for each part (train, val, test) with those
 * within. Images may lie at any depth in their class's folder; links are followed.
 * @throws DataError where there are no classes, one only, or one without images
 */
export function scanFolder(folder: string): Scan {
  const ignored = new Map<string, number>();
  const top = list(folder);
  const { parts, findings } = layoutOf(folder, top.folders);
  const files: ImageFile[] = [];
  for (const [part, home] of parts) {
    for (const className of list(join(folder, home)).folders) {
      const found = walk(folder, home === "" ? className : `${home}/${className}`, ignored, new Set());
      if (found.length === 0 && part === "train") {
        throw new DataError(
          `${join(folder, home, className)}: the class has no images: expected ${[...IMAGE_ENDINGS].join(" ")}: add some, or remove the folder`,
        );
      }
      files.push(...found.map((path) => ({ part, className, path })));
    }
  }
  const classNames = [
    ...new Set(files.filter(({ part }) => part === "train").map(({ className }) => className)),
  ].sort();
  checkClasses(folder, classNames, files, top);
  return { files, classNames, ignored, findings };
}

function checkClasses(
  folder: string,
  classNames: readonly string[],
  files: readonly ImageFile[],
  { files: loose, folders }: Listing,
): void {
  const layout = "expected a folder of images for each class, such as cats/1.jpg and dogs/1.jpg";
  if (classNames.length === 0) {
    const images = loose.filter(isImage).length;
    const found = images > 0 ? `${images} images and no folders of classes` : `${folders.length} folders and no images`;
    throw new DataError(`${folder}: it has ${found}: ${layout}, or the files of an IDX or CIFAR data set`);
  }
  if (classNames.length === 1) {
    throw new DataError(`${folder}: it has one class, '${classNames[0]}': ${layout}, and two classes at least`);
  }
  const stranger = files.find(({ className }) => !classNames.includes(className));
  if (stranger) {
    throw new DataError(
      `${join(folder, stranger.path)}: the class '${stranger.className}' has no training images: expected one of ${classNames.join(", ")}`,
    );
  }
}

/** Folders of parts, or the folder itself, as "", where its folders are the classes. */
interface Layout {
  readonly parts: readonly (readonly [PartName, string])[];
  readonly findings: readonly string[];
}

/**
 * Parts are meant where a folder has the name of the training part and folders within, and where no other folder of
 * images stands beside parts: a class may be called `train`, too.
 */
function layoutOf(folder: string, folders: readonly string[]): Layout {
  const parts = new Map<PartName, string>();
  const findings: string[] = [];
  const strangers: string[] = [];
  for (const name of folders) {
    const part = PART_FOLDERS[name.toLowerCase()];
    const other = part && parts.get(part);
    if (!part) strangers.push(name);
    else if (list(join(folder, name)).folders.length === 0)
      findings.push(`${name} has no folders of classes: it is left out.`);
    else if (other) throw new DataError(`${folder}: both ${other} and ${name} are its ${part} part: keep one of them`);
    else parts.set(part, name);
  }
  const classes: Layout = { parts: [["train", ""]], findings: [] };
  if (parts.size === 0) return classes;
  const home = [...parts.values()].join(", ");
  const images = strangers.find((name) => walk(folder, name, new Map(), new Set()).length > 0);
  if (images !== undefined) {
    if (parts.size === 1) return classes;
    throw new DataError(
      `${folder}: beside its parts ${home} the folder ${images} has images: expected either parts, such as train and test, or classes`,
    );
  }
  if (!parts.has("train")) throw new DataError(`${folder}: it has the parts ${home}, and no folder 'train'`);
  return { parts: [...parts], findings };
}

interface Listing {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** What is directly in a folder, sorted; hidden files are left out. */
function list(folder: string): Listing {
  const [files, folders]: [string[], string[]] = [[], []];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith(".")) continue;
    const link = entry.isSymbolicLink() ? statSync(join(folder, entry.name), { throwIfNoEntry: false }) : entry;
    if (link?.isDirectory()) folders.push(entry.name);
    // A link that leads nowhere is a file that cannot be read, and is told as such.
    else files.push(entry.name);
  }
  return { files: files.sort(), folders: folders.sort() };
}

/** Images below a folder, as paths within the data's. `seen` keeps links from going round. */
function walk(folder: string, within: string, ignored: Map<string, number>, seen: Set<string>): readonly string[] {
  const real = realpathSync(join(folder, within));
  if (seen.has(real)) return [];
  seen.add(real);
  const { files, folders } = list(join(folder, within));
  const images = files.filter(isImage).map((file) => `${within}/${file}`);
  for (const file of files) {
    const ending = extname(file).toLowerCase();
    if (!isImage(file)) ignored.set(ending, (ignored.get(ending) ?? 0) + 1);
  }
  return [...images, ...folders.flatMap((name) => walk(folder, `${within}/${name}`, ignored, seen))];
}

const isImage = (file: string): boolean => IMAGE_ENDINGS.has(extname(file).toLowerCase());
