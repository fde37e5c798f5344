import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The ending of files that are not complete yet. */
export const UNFINISHED = ".unfinished";

/** The age, in milliseconds, from which an unfinished file is taken for that of a killed process. */
const ABANDONED = 24 * 3600 * 1000;

/** Returns the user's cache folder, for files that can be made again: `$XDG_CACHE_HOME/downhill` or `~/.cache/downhill`. */
export const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "downhill");

/** Creates a folder if there is none, and removes the unfinished files of killed processes from it. */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) {
    if (!file.endsWith(UNFINISHED)) continue;
    const path = join(folder, file);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > ABANDONED) rmSync(path, { force: true });
  }
}
