import type { DataOptions } from "../data-set/options.ts";
import { DataError } from "../error.ts";
import { mountArchives } from "../files/archive/mount-archives.ts";
import type { Files } from "../files/files.ts";
import type { ReadContext } from "../formats/format.ts";
import { type ChosenReading, chooseReading } from "./choose-reading.ts";

/**
 * Chooses the reading of files as `chooseReading` does. If there is none, the archives among the files are opened as
 * folders. Files of a format of their own, beside which archives may lie, precede the archives in this way.
 * @returns the reading and the files that it reads, which are to be closed in place of the given ones
 * @throws DataError as `chooseReading`
 */
export async function chooseInArchives(
  files: Files,
  options: DataOptions,
  context: ReadContext,
): Promise<ChosenReading & { readonly files: Files }> {
  let mounted: Files | null = null;
  try {
    return { ...(await chooseReading(files, options, context)), files };
  } catch (error) {
    mounted = error instanceof DataError ? await mountArchives(files, context) : null;
    if (!mounted) throw error;
  }
  try {
    return { ...(await chooseReading(mounted, options, context)), files: mounted };
  } catch (error) {
    await mounted.close();
    throw error;
  }
}
