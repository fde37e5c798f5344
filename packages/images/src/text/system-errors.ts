/** The reason of a system error in words, and an instruction for the user; neither ends with a period. */
export interface SystemProblem {
  readonly reason: string;
  readonly remedy: string;
}

const PROBLEMS: Readonly<Record<string, SystemProblem>> = {
  ENOENT: { reason: "there is no such file or folder", remedy: "Check the path" },
  ENOTDIR: { reason: "a file is in the place of a folder", remedy: "Use a path of folders" },
  EISDIR: { reason: "it is a folder, not a file", remedy: "Name a file, or remove the folder" },
  EEXIST: { reason: "it already exists", remedy: "Use another path, or remove it" },
  EACCES: { reason: "permission denied", remedy: "Use a path that this user can read and write" },
  EPERM: { reason: "the operation is not permitted", remedy: "Use a path that this user can read and write" },
  EROFS: { reason: "the file system is read-only", remedy: "Use a path that can be written" },
  ENOSPC: { reason: "the disk is full", remedy: "Free some space" },
  EDQUOT: { reason: "the disk quota is used up", remedy: "Free some space" },
  EFBIG: { reason: "the file exceeds the size limit of this process", remedy: "Raise the limit (ulimit -f)" },
  EMFILE: { reason: "this process has too many open files", remedy: "Raise the limit (ulimit -n)" },
  ENFILE: { reason: "the system has too many open files", remedy: "Close other programs" },
  EIO: { reason: "the disk reports an input/output error", remedy: "Check the disk" },
  ELOOP: { reason: "its symbolic links form a loop", remedy: "Remove one of the links" },
  ENAMETOOLONG: { reason: "the name is too long", remedy: "Use a shorter name" },
};

/** Explains an error of the file system; null for other errors. */
export function explainSystemError(error: unknown): SystemProblem | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return PROBLEMS[String(error.code)] ?? null;
}
