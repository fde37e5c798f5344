import { TrainError } from "../error.ts";

/** What the file system says of a disk, in words; other errors are mistakes of ours. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: free some space, then go on from the last checkpoint with --resume",
  EDQUOT: "the disk quota is used up: free some space, then go on from the last checkpoint with --resume",
  EFBIG:
    "the file would be larger than this process may write: raise the limit (ulimit -f), then resume the run with --resume",
  EMFILE: "this process has too many files open: raise the limit (ulimit -n), then resume the run with --resume",
  ENFILE: "the system has too many files open: close other programs, then resume the run with --resume",
  EACCES: "permission is denied: expected a place that can be written and read",
  EPERM: "it is not permitted: expected a place that can be written and read",
  EROFS: "the file system is read-only: expected a place that can be written",
  ENOTDIR: "a file is in the place of a folder: expected a path of folders",
  EISDIR: "it is a folder: expected a file",
  EIO: "the disk failed to read or write: look at its health before the next run",
};

/**
 * Does something with a file, and says in words what the disk had against it.
 * @throws TrainError that names the path, where the disk is full, read-only or the like
 */
export function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const explanation = EXPLANATIONS[(error as NodeJS.ErrnoException).code ?? ""];
    if (explanation === undefined) throw error;
    throw new TrainError(`${path}: ${explanation}`, { cause: error });
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
