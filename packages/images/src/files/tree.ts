import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { extname, join } from "node:path";
import { DataError } from "../error.ts";
import { isJunk } from "./junk.ts";
import { isOwnOutput } from "./own-output.ts";
import { isDecodedWithLoss, reasonOf } from "./read-failure.ts";

/** The endings of supported images. */
export const IMAGE_ENDINGS: ReadonlySet<string> = new Set([
  ".jpg",
  ".jpeg",
  ".jfif",
  ".png",
  ".webp",
  ".avif",
  ".gif",
  ".tif",
  ".tiff",
]);

/** The contents of a folder, without hidden files, junk and folders that Downhill wrote. */
export interface Tree {
  /** The folder's path with links resolved. */
  readonly real: string;
  /** The names of the images directly in it, sorted. */
  readonly images: readonly string[];
  /** The names of the other files directly in it, sorted. */
  readonly others: readonly string[];
  /** The names of pipes, sockets and devices directly in it. */
  readonly special: readonly string[];
  /** The subfolders, sorted by name. */
  readonly folders: readonly Branch[];
  /** The number of images at any depth. */
  readonly count: number;
  /** True if it contains only folders that Downhill wrote. */
  readonly ownOnly: boolean;
}

/** A folder within a tree. */
export interface Branch {
  readonly name: string;
  /** The path within the data's folder, with slashes; "" for that folder itself. */
  readonly path: string;
  readonly tree: Tree;
}

/** Returns the ending of a name in lower case, such as ".jpg". */
export const ending = (file: string): string => extname(file).toLowerCase();
/** True if a name has the ending of a supported image. */
export const isImage = (file: string): boolean => IMAGE_ENDINGS.has(ending(file));

/**
 * Reads the names of all files below a folder. Links are followed unless they lead back to a folder around them.
 * @param skip absolute paths of folders to ignore
 * @throws DataError for a folder that cannot be read, or whose name is not valid UTF-8
 */
export function readTree(folder: string, skip: readonly string[] = []): Tree {
  const known = new Map<string, Tree>();
  const open = new Set<string>();
  const skipped = new Set(skip.flatMap((path) => realPath(path) ?? []));

  const read = (path: string, real: string, inside: readonly Dirent[]): Tree => {
    const [images, others, special, branches]: [string[], string[], string[], Branch[]] = [[], [], [], []];
    open.add(real);
    let own = false;
    for (const entry of inside) {
      const at = join(path, entry.name);
      const stats = entry.isSymbolicLink() ? follow(at) : entry;
      if (stats?.isDirectory()) {
        const inner = realPath(at);
        if (inner === null && isDecodedWithLoss(at)) {
          throw new DataError(
            `${at}: the folder's name is not valid UTF-8, so its images cannot be opened. Rename it; archives made on Windows need an unpacker that knows their encoding.`,
          );
        }
        if (inner === null || open.has(inner)) continue;
        const within = skipped.has(inner) ? null : entries(at);
        if (within === null || isOwnOutput(at, namesOf(within))) {
          own = true;
          continue;
        }
        const tree = known.get(inner) ?? read(at, inner, within);
        known.set(inner, tree);
        if (tree.ownOnly) own = true;
        else branches.push({ name: entry.name, path: "", tree });
      } else if (stats !== null && !stats.isFile()) special.push(entry.name);
      // A broken link counts as a file: reading it reports the reason.
      else (isImage(entry.name) ? images : others).push(entry.name);
    }
    open.delete(real);
    const folders = branches.sort((a, b) => (a.name < b.name ? -1 : 1));
    return {
      real,
      images: images.sort(),
      others: others.sort(),
      special: special.sort(),
      folders,
      count: folders.reduce((sum, { tree }) => sum + tree.count, images.length),
      ownOnly: own && images.length + others.length + special.length + folders.length === 0,
    };
  };
  const inside = entries(folder);
  if (isOwnOutput(folder, namesOf(inside))) {
    throw new DataError(
      `${folder}: this folder was written by Downhill. Expected a folder of images. Choose another one.`,
    );
  }
  return read(folder, realPath(folder) ?? folder, inside);
}

/** Returns the subfolders of a folder, with their paths. */
export const childrenOf = ({ path, tree }: Branch): readonly Branch[] =>
  tree.folders.map((child) => ({ ...child, path: path === "" ? child.name : `${path}/${child.name}` }));

/** Returns the subfolders that have images at any depth. */
export const withImages = (branch: Branch): readonly Branch[] =>
  childrenOf(branch).filter(({ tree }) => tree.count > 0);

/** Visits a folder and all folders below it, each once. */
export function* walk(branch: Branch, seen = new Set<string>()): Generator<Branch> {
  if (seen.has(branch.tree.real)) return;
  seen.add(branch.tree.real);
  yield branch;
  for (const child of childrenOf(branch)) yield* walk(child, seen);
}

/** Returns the paths of all images below a folder, each once, without those in the folders of `seen`. */
export function imagesBelow(branch: Branch, seen?: Set<string>): readonly string[] {
  const paths: string[] = [];
  for (const { path, tree } of walk(branch, seen)) {
    for (const name of tree.images) paths.push(path === "" ? name : `${path}/${name}`);
  }
  return paths;
}

/**
 * Lists the images in a folder at any depth, by their names' endings. Hidden files, files that systems leave behind and
 * folders that Downhill wrote are ignored.
 * @returns the paths, each beginning with the folder's path
 * @throws DataError if a folder cannot be read
 * @example for (const path of listImages("photos")) console.log(path);
 */
export function listImages(folder: string): readonly string[] {
  return imagesBelow({ name: "", path: "", tree: readTree(folder) }).map((path) => join(folder, path));
}

function entries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !isJunk(name));
  } catch (error) {
    throw new DataError(
      `${folder}: the folder cannot be read: ${reasonOf(error)}. Make it readable, or move it out of the data.`,
    );
  }
}

const namesOf = (inside: readonly Dirent[]): readonly string[] => inside.map(({ name }) => name);

/** Returns the stats of a link's target; null for a broken link. */
function follow(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
