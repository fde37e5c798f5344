import { lock } from "./lock/lock.ts";
import { runPaths } from "./paths.ts";
import { removeRunFiles } from "./remove-files.ts";
import { readRunFile } from "./run-file.ts";

/**
 * Removes the files of a run, and its folder if that is then empty.
 * @returns remaining paths, relative to the folder
 * @throws TrainError if the folder is not a run folder, or a process is training the run
 */
export async function removeRun(folder: string): Promise<string[]> {
  readRunFile(folder);
  const unlock = await lock(runPaths(folder).lock);
  try {
    return removeRunFiles(folder);
  } finally {
    unlock();
  }
}
