import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { NotBegunError, TrainError } from "../error.ts";
import { UNFINISHED } from "../files/atomic.ts";
import { onDisk } from "../files/on-disk.ts";
import { lockOwner, waitForOwner } from "./lock/lock.ts";
import { isThisProcess } from "./lock/owner.ts";
import { runPaths } from "./paths.ts";

/** What there is in a folder for runs. */
export type FolderState =
  /** It is not there, or empty. */
  | "unused"
  /** What is left of a run that ended before its first step, or one that is being prepared. */
  | "unbegun"
  /** A run that has begun: it can be resumed unless it has finished. */
  | "begun"
  /** Something else. */
  | "foreign";

export function folderState(folder: string): FolderState {
  const { run, lock, compiled } = runPaths(folder);
  if (existsSync(run)) return "begun";
  if (!existsSync(folder)) return "unused";
  if (!statSync(folder).isDirectory()) return "foreign";
  const names = onDisk(folder, () => readdirSync(folder));
  if (names.length === 0) return "unused";
  const before = [lock, compiled].map((path) => basename(path));
  return names.every((name) => before.includes(name) || name.endsWith(UNFINISHED)) ? "unbegun" : "foreign";
}

/** @throws TrainError where there is anything in a folder but what is left of a run that had not begun */
export function checkUnused(folder: string): void {
  const state = folderState(folder);
  if (state === "begun") {
    throw new TrainError(
      `${folder}: there is a run in it: choose another folder with --out, or go on with --resume ${folder}`,
    );
  }
  if (state === "foreign") {
    throw new TrainError(`${folder}: it is not empty: choose a folder that is empty or not there with --out`);
  }
}

/** @throws NotBegunError for the folder of a run that ended before its first step */
export function checkBegun(folder: string): void {
  const state = folderState(folder);
  const where = state === "unbegun" ? "the run in it was stopped before its first step" : "it is empty";
  if (state === "unbegun" || (state === "unused" && existsSync(folder))) {
    throw new NotBegunError(
      `${folder}: ${where}, so there is nothing to resume: start the run again with the command that began it, or add --out ${folder} --resume-or-start to that command`,
    );
  }
}

/** Removes what a run that had not begun has left in its folder, unless another process is preparing one there. */
export function discardUnbegun(folder: string): void {
  if (folderState(folder) !== "unbegun") return;
  const owner = lockOwner(runPaths(folder).lock);
  if (owner !== null && !isThisProcess(owner)) return;
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
}

/** Whether a process is training a run; one that was just killed is given two seconds to end. */
export async function isTraining(folder: string): Promise<boolean> {
  return (await waitForOwner(runPaths(folder).lock)) !== null;
}
