import type { DataOptions } from "../data-set/options.ts";
import type { Files } from "../files/files.ts";
import type { ReadContext } from "../formats/format.ts";
import { chooseInArchives } from "./choose-in-archives.ts";
import type { ChosenReading } from "./choose-reading.ts";
import { ImageWorkers } from "./image-workers.ts";
import type { RawData } from "./raw-data.ts";
import { readEncoded } from "./read-encoded.ts";
import { readPixels } from "./read-pixels.ts";

/**
 * Reads the images of files in the format that fits them, and closes the files. The images may still be written to the cache
 * when this returns: see `RawData.kept`.
 */
export async function readFiles(
  files: Files,
  options: DataOptions,
  context: ReadContext,
): Promise<ChosenReading & { readonly read: RawData }> {
  const workers = new ImageWorkers();
  // The threads start while the format is recognized.
  workers.start(files.root.tree.count);
  try {
    const { read, ...chosen } = await readWith(workers, files, options, context);
    return { ...chosen, read: { ...read, kept: Promise.resolve(read.kept).finally(() => workers.close()) } };
  } catch (error) {
    await workers.close();
    throw error;
  }
}

async function readWith(
  workers: ImageWorkers,
  given: Files,
  options: DataOptions,
  context: ReadContext,
): Promise<ChosenReading & { readonly read: RawData }> {
  let open = given;
  try {
    const { files, ...chosen } = await chooseInArchives(given, options, context);
    open = files;
    const images = await chosen.reading.load();
    if (!("images" in images)) return { ...chosen, read: await readPixels(images, context) };
    try {
      return { ...chosen, read: await readEncoded(workers, files.path, images, options, context) };
    } finally {
      images.close?.();
    }
  } finally {
    await open.close();
  }
}
