import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { isCrossValidation } from "../cross-validation/cross-validation-file.ts";
import { NotBegunError, TrainError } from "../error.ts";
import { UNFINISHED } from "../files/atomic.ts";
import { onDisk } from "../files/on-disk.ts";
import { lockOwner, waitForOwner } from "./lock/lock.ts";
import { isThisProcess } from "./lock/owner.ts";
import { runPaths } from "./paths.ts";

/** State of a folder for a run. */
export type FolderState =
  /** Missing or empty. */
  | "unused"
  /** Remains of a run that ended before its first step, or a run in preparation. */
  | "unbegun"
  /** A run with at least one step. It can be resumed unless it has finished. */
  | "begun"
  /** Other files. */
  | "foreign";

/** Returns the state of a folder for a run. */
export function folderState(folder: string): FolderState {
  const { run, lock, compiled, pretrained } = runPaths(folder);
  if (existsSync(run)) return "begun";
  if (!existsSync(folder)) return "unused";
  if (!statSync(folder).isDirectory()) return "foreign";
  const names = onDisk(folder, () => readdirSync(folder));
  if (names.length === 0) return "unused";
  const before = [lock, compiled, pretrained].map((path) => basename(path));
  return names.every((name) => before.includes(name) || name.endsWith(UNFINISHED)) ? "unbegun" : "foreign";
}

/**
 * Checks that a new run can use a folder: it is missing, empty, or has remains of a run without a step.
 * @throws TrainError if the folder has other contents
 */
export function checkUnused(folder: string): void {
  const state = folderState(folder);
  if (state === "begun") {
    throw new TrainError(`${folder}: the folder contains a run`, {
      code: "folder-in-use",
      remedies: [{ choose: "empty folder" }, { resume: folder }],
    });
  }
  if (isCrossValidation(folder)) {
    throw new TrainError(`${folder}: the folder contains a cross-validation`, {
      code: "folder-in-use",
      remedies: [{ choose: "empty folder" }, { resume: folder }],
    });
  }
  if (state === "foreign") {
    throw new TrainError(`${folder}: the folder is not empty`, {
      code: "folder-in-use",
      remedies: [{ choose: "empty folder" }],
    });
  }
}

/**
 * Checks that a folder contains a run with at least one step.
 * @throws NotBegunError if the folder is empty or its run ended before the first step
 */
export function checkBegun(folder: string): void {
  const state = folderState(folder);
  if (state === "unbegun" || (state === "unused" && existsSync(folder))) {
    const reason = state === "unbegun" ? "its run was stopped before the first step" : "the folder is empty";
    throw new NotBegunError(`${folder}: there is nothing to resume, because ${reason}`, {
      remedies: [{ restart: folder }],
    });
  }
}

/** Removes the remains of a run without a step, unless another process is preparing a run there. */
export function discardUnbegun(folder: string): void {
  if (folderState(folder) !== "unbegun") return;
  const owner = lockOwner(runPaths(folder).lock);
  if (owner !== null && !isThisProcess(owner)) return;
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
}

/** Returns true if a process is training the run. A process that was just killed has two seconds to end. */
export async function isTraining(folder: string): Promise<boolean> {
  return (await waitForOwner(runPaths(folder).lock)) !== null;
}
