import { DataError } from "../error.ts";
import { explainSystemError } from "../text/system-errors.ts";

/** True if a name, as Node decodes it, lost bytes that are not UTF-8, so that no file can be opened by it. */
export const isDecodedWithLoss = (name: string): boolean => name.includes("\ufffd");

/** Returns the reason why the system cannot read a file or folder. */
export function reasonOf(error: unknown): string {
  const { code, message, path = "" } = error as { code?: string; message: string; path?: string };
  if (code === "ENOENT" && isDecodedWithLoss(path)) return "its name is not valid UTF-8: rename it";
  return explainSystemError(error)?.reason ?? message;
}

/** Returns the error for a file that the system cannot read; other errors as they are. */
export const unreadableFile = (path: string, error: unknown): Error =>
  error instanceof DataError || (error as NodeJS.ErrnoException).code === undefined
    ? (error as Error)
    : new DataError(`${path}: it cannot be read: ${reasonOf(error)}`);
