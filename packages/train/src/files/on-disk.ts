import { explainSystemError } from "@downhill/images/text";
import { TrainError } from "../error.ts";

/** Errors after which a run can be resumed once their cause is removed. */
const RESUMABLE: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EMFILE", "ENFILE"]);

/**
 * Does something with a file, and says in words what the disk had against it.
 * @throws TrainError that names the path, where the disk is full, read-only or the like
 */
export function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const problem = explainSystemError(error);
    const { code = "" } = error as NodeJS.ErrnoException;
    if (problem === null || code === "ENOENT" || code === "EEXIST") throw error;
    const then = RESUMABLE.has(code) ? ", then resume the run from its last checkpoint" : "";
    throw new TrainError(`${path}: ${problem.reason}. ${problem.remedy}${then}.`, { cause: error });
  }
}

/**
 * Writes something into a folder that is expected to be there, as `onDisk` does.
 * @throws TrainError also where the folder was removed or renamed in the meantime
 */
export function intoFolder<T>(path: string, work: () => T): T {
  try {
    return onDisk(path, work);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new TrainError(
      `${path}: its folder is not there any more: it was removed or renamed. Start the run again in a folder that stays`,
      { cause: error },
    );
  }
}
