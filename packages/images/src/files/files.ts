import { join } from "node:path";
import type { Branch } from "./tree.ts";

/**
 * The files of a data set, in a folder or an archive. Each file is named by its path within the folder or archive, with
 * slashes.
 */
export interface Files {
  /** The path of the folder or archive on the disk. */
  readonly path: string;
  /** True if the files lie on the disk below that path, where they can be read later. */
  readonly isOnDisk?: boolean;
  /** The folder around all files. */
  readonly root: Branch;
  /** Returns the number of bytes of a file. @throws DataError if it cannot be found */
  sizeOf(file: string): number;
  /** The name of the only file, if the data are that file and not a folder. The root contains it alone. */
  readonly only?: string;
  /** Reads a whole file. @throws DataError with the reason */
  read(file: string): Promise<Uint8Array>;
  /** Reads a file's bytes from a position to before another one, fewer at the file's end. @throws DataError with the reason */
  slice(file: string, from: number, to: number): Promise<Uint8Array>;
  /** Reads a file piece by piece. @throws DataError with the reason */
  stream(file: string): AsyncIterable<Uint8Array>;
  /** Closes the archive. */
  close(): Promise<void>;
}

/** Returns the path of a file for errors: `photos.zip/cats/1.jpg`. */
export const pathIn = ({ path }: Pick<Files, "path">, file: string): string => join(path, file);
