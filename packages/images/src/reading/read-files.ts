import type { DataOptions } from "../data-set/options.ts";
import type { Files } from "../files/files.ts";
import type { ReadContext } from "../formats/format.ts";
import { chooseInArchives } from "./choose-in-archives.ts";
import type { ChosenReading } from "./choose-reading.ts";
import type { RawData } from "./raw-data.ts";
import { readEncoded } from "./read-encoded.ts";
import { readPixels } from "./read-pixels.ts";

/** Reads the images of files in the format that fits them, and closes the files. */
export async function readFiles(
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
      return { ...chosen, read: await readEncoded(files.path, images, options, context) };
    } finally {
      images.close?.();
    }
  } finally {
    await open.close();
  }
}
