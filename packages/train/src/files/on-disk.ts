import { explainSystemError } from "@downhill/images/text";
import { TrainError } from "../error.ts";

/** Codes of errors after which a run can be resumed once their cause is removed. */
const RESUMABLE: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EMFILE", "ENFILE"]);

/**
 * Runs a file operation and explains failures of the disk.
 * @throws TrainError with the path, for example if the disk is full or read-only
 */
export function onDisk<T>(path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    const problem = explainSystemError(error);
    const { code = "" } = error as NodeJS.ErrnoException;
    if (problem === null || code === "ENOENT" || code === "EEXIST") throw error;
    const then = RESUMABLE.has(code) ? ", then resume the run from its last checkpoint" : "";
    throw new TrainError(`${path}: ${problem.reason}`, {
      code: "disk",
      remedies: [{ act: `${problem.remedy}${then}` }],
      cause: error,
    });
  }
}

/**
 * Runs an operation that writes into an existing folder, like {@link onDisk}.
 * @throws TrainError also if the folder has been removed or renamed
 */
export function intoFolder<T>(path: string, operation: () => T): T {
  try {
    return onDisk(path, operation);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new TrainError(`${path}: its folder was removed or renamed`, {
      code: "disk",
      remedies: [{ act: "start the run again in a permanent folder" }],
      cause: error,
    });
  }
}
