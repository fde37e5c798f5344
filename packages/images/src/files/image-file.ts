import { readRegularFile } from "./read-regular-file.ts";

/** An image file on the disk, in an archive, or from another source of bytes. */
export interface ImageFile {
  /** The path on the disk or within an archive (`photos.zip/cats/1.jpg`), or any other name. */
  readonly name: string;
  /** Reads the bytes of the file. @throws DataError with the reason */
  read(): Promise<Uint8Array>;
}

/** Returns a file on the disk, which is opened when it is read. */
export const imageFile = (path: string): ImageFile => ({ name: path, read: () => readRegularFile(path) });
