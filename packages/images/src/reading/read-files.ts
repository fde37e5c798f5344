import type { DataOptions } from "../data-set/options.ts";
import type { Files } from "../files/files.ts";
import type { ReadContext } from "../formats/format.ts";
import { type ChosenReading, chooseReading } from "./choose-reading.ts";
import type { RawData } from "./raw-data.ts";
import { readEncoded } from "./read-encoded.ts";
import { readPixels } from "./read-pixels.ts";

/** Reads the images of files in the format that fits them, and closes the files. */
export async function readFiles(
  files: Files,
  options: DataOptions,
  context: ReadContext,
): Promise<ChosenReading & { readonly read: RawData }> {
  try {
    const chosen = await chooseReading(files, options, context);
    const images = await chosen.reading.load();
    const read =
      "images" in images ? await readEncoded(files.path, images, options, context) : await readPixels(images, context);
    return { ...chosen, read };
  } finally {
    await files.close();
  }
}
