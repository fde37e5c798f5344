import { accessSync, constants, existsSync, mkdirSync, rmdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { discardUnbegun, type GivenConfig } from "@downhill/train";
import { checkNoDanglingLink } from "../config/dangling-link.ts";
import { UsageError } from "../usage-error.ts";
import { RUNS } from "./runs.ts";

/** A folder that is kept for a run before it begins. */
export interface ClaimedFolder {
  readonly path: string;
  /** Removes the folder again, unless a run has begun in it; one that was there before stays, empty. */
  release(): void;
}

/**
 * Makes the folder of a new run: the one that is named, or one by the date and what is trained. It is made before the
 * data is read, so that a place that cannot be written is told at once. What is in a folder is never written over.
 * @throws UsageError where a file or a link to nothing is in the way
 */
export function claimFolder(named: string | undefined, config: GivenConfig, now = new Date()): ClaimedFolder {
  checkNoDanglingLink("--out", named ?? RUNS);
  if (named !== undefined) {
    if (existsSync(named) && !statSync(named).isDirectory()) {
      throw new UsageError(
        `--out ${named}: there is a file of that name: expected a folder that is empty or not there`,
      );
    }
    const made = makeFolder(named);
    accessSync(named, constants.W_OK);
    return { path: named, release: () => removeUnbegun(named, made) };
  }
  const made = makeFolder(RUNS);
  const name = nameOf(config, now);
  for (let again = 1; ; again++) {
    const path = join(RUNS, again === 1 ? name : `${name}-${again}`);
    if (makeNew(path)) return { path, release: () => removeUnbegun(path, [...made, path]) };
  }
}

/** 2026-11-25-1742-sample-lenet-adamw: when, and what was asked for. */
export function nameOf({ data, model, optimizer }: GivenConfig, now: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}`;
  const words = [basename(data), model, optimizer].filter((word) => word !== undefined);
  return [date, time, ...words.map(plain)].filter((word) => word !== "").join("-");
}

/** What is no letter or digit makes trouble in shells. */
const plain = (word: string): string => word.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "");

/**
 * Makes a folder, with those above it. Node's own way never ends where the system says that a parent is not there and it
 * is, as in /proc.
 * @returns the folders that were made, outermost first
 */
function makeFolder(path: string): readonly string[] {
  if (existsSync(path)) return [];
  const above = makeFolder(dirname(path));
  mkdirSync(path);
  return [...above, path];
}

/** Whether the folder was not there. */
function makeNew(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes what a run that never began has left, and the folders that were made for it, if nothing else came into them. */
function removeUnbegun(path: string, made: readonly string[]): void {
  try {
    discardUnbegun(path);
    for (const folder of [...made].reverse()) rmdirSync(folder);
  } catch {
    // There is something in it.
  }
}
