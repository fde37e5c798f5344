import { statSync } from "node:fs";
import { join } from "node:path";
import { decodedFolder, MEMORY_LIMIT } from "../data-set/check-options.ts";
import { isArchiveName } from "./archive/archive-kind.ts";
import { type ImageFile, imageFile } from "./image-file.ts";
import { openFiles } from "./open-files.ts";
import { imagesBelow } from "./tree.ts";

/** Image files, and the archive that they are read from. */
export interface OpenImageFiles {
  readonly files: readonly ImageFile[];
  /** Closes the archive. */
  close(): Promise<void>;
}

/**
 * Opens the images of a folder or an archive at any depth, by their names' endings. Any other path is the only file.
 * @throws DataError for a folder or an archive that cannot be read
 * @example
 * const { files, close } = await openImageFiles("photos.zip");
 * for (const file of files) console.log(file.name, (await file.read()).length);
 * await close();
 */
export async function openImageFiles(path: string): Promise<OpenImageFiles> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory() && !(stats?.isFile() && isArchiveName(path))) {
    return { files: [imageFile(path)], close: async () => {} };
  }
  const place = { cache: decodedFolder(), memoryLimit: MEMORY_LIMIT, note: () => {} };
  const files = await openFiles(path, { place, onProgress: () => {} });
  return {
    files: imagesBelow(files.root).map((name) => ({ name: join(path, name), read: () => files.read(name) })),
    close: () => files.close(),
  };
}
