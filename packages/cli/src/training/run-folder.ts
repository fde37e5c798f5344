import { accessSync, constants, existsSync, mkdirSync, rmdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { discardUnbegun, type GivenConfig } from "@downhill/train";
import { checkNoDanglingLink } from "../config/dangling-link.ts";
import { UsageError } from "../usage-error.ts";
import { RUNS } from "./runs.ts";

/** Folder that is reserved for a run before the run begins. */
export interface ClaimedFolder {
  readonly path: string;
  /** Removes the folder if no run has begun in it. A folder that existed before stays, empty. */
  release(): void;
}

/**
 * Creates the folder of a new run: the named one, or one whose name has the date, the data, the model and the optimizer. It is created before
 * the data is read, so that an error of writing there comes at once. Existing files are never overwritten.
 * @throws UsageError if a file or a dangling link has the folder's name
 */
export function claimFolder(named: string | undefined, config: GivenConfig, now = new Date()): ClaimedFolder {
  checkNoDanglingLink("--out", named ?? RUNS);
  if (named !== undefined) {
    if (existsSync(named) && !statSync(named).isDirectory()) {
      throw new UsageError(`--out ${named}: it is a file. Use --out with a folder that is empty or does not exist.`);
    }
    const made = createFolder(named);
    accessSync(named, constants.W_OK);
    return { path: named, release: () => removeUnbegun(named, made) };
  }
  const made = createFolder(RUNS);
  const name = nameOf(config, now);
  for (let again = 1; ; again++) {
    const path = join(RUNS, again === 1 ? name : `${name}-${again}`);
    if (createNew(path)) return { path, release: () => removeUnbegun(path, [...made, path]) };
  }
}

/** Returns the name of a run folder: date, time, data, model and optimizer, as in 2026-11-25-1742-sample-lenet-adamw. */
export function nameOf({ data, model, optimizer }: GivenConfig, now: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}`;
  const words = [basename(data), model, optimizer].filter((word) => word !== undefined);
  return [date, time, ...words.map(plain)].filter((word) => word !== "").join("-");
}

/** Replaces everything but letters and digits, which shells take as they are. */
const plain = (word: string): string => word.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "");

/**
 * Creates a folder and its missing parents. Node's recursive mkdir never returns where the system reports an existing
 * parent as missing, as in /proc.
 * @returns the created folders, outermost first
 */
function createFolder(path: string): readonly string[] {
  if (existsSync(path)) return [];
  const above = createFolder(dirname(path));
  mkdirSync(path);
  return [...above, path];
}

/** Creates a folder. Returns false if it exists. */
function createNew(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes the files of a run that never began, and the folders created for it that are empty. */
function removeUnbegun(path: string, made: readonly string[]): void {
  try {
    discardUnbegun(path);
    for (const folder of [...made].reverse()) rmdirSync(folder);
  } catch {
    // It is not empty.
  }
}
