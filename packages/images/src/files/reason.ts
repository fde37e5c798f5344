const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "a file is in the place of a folder",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "it is a link that leads back to itself",
  EMFILE: "too many files are open",
  EIO: "the disk reports an error",
};

/** Whether a name, as Node reads it, has bytes that are not UTF-8, so that no file can be opened by it. */
export const isDecodedWithLoss = (name: string): boolean => name.includes("\ufffd");

/** Why the system cannot read a file or folder, in words. */
export function reasonOf(error: unknown): string {
  const { code, message, path = "" } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" && isDecodedWithLoss(path)) return "its name is not valid UTF-8: rename it";
  return REASONS[code ?? ""] ?? message;
}
