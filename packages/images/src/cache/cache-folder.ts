import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** What ends the names of files that are not whole yet. */
export const UNFINISHED = ".unfinished";

/** An unfinished file of this age belongs to a process that was killed. */
const ABANDONED = 24 * 3600 * 1000;

/** The user's folder for what can be fetched or made again: `$XDG_CACHE_HOME/downhill`, else `~/.cache/downhill`. */
export const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "downhill");

/** Makes a folder where there is none, and removes what killed processes left in it. */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) {
    if (!file.endsWith(UNFINISHED)) continue;
    const path = join(folder, file);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > ABANDONED) rmSync(path, { force: true });
  }
}
