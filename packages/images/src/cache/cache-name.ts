import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";

const ENDING = ".images";

/** The number of hexadecimal digits of the hash with which a name begins. */
const START_LENGTH = 16;

/** Returns the first part of a cache file's name, which is known before the images are read. */
export const startOfName = (settings: string, images: number): string =>
  createHash("sha256").update(`${images} ${settings}`).digest("hex").slice(0, START_LENGTH);

/** Returns the name of the cache file of images. @param contents the hashes of the distinct images, sorted */
export function cacheName(settings: string, images: number, contents: readonly string[]): string {
  const end = createHash("sha256").update(settings).update(contents.join("\n")).digest("hex");
  return `${startOfName(settings, images)}-${end}${ENDING}`;
}

/** True if a cache has images of these settings and this number. */
export const mayHave = (folder: string, settings: string, images: number): boolean =>
  namesIn(folder).some((name) => name.startsWith(startOfName(settings, images)));

/** Returns the name of a cache file of the same images, which another number of equal files may have. */
export function nameInCache(folder: string, name: string): string {
  const end = name.slice(START_LENGTH);
  return namesIn(folder).find((other) => other.endsWith(end)) ?? name;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // There is no cache yet.
    return [];
  }
}
