import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { DataError } from "../error.ts";
import { isJunk } from "./junk.ts";
import { isOwnOutput } from "./own-output.ts";
import { isDecodedWithLoss, reasonOf } from "./read-failure.ts";
import { type Branch, imagesBelow, isImage, type Tree } from "./tree.ts";

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
