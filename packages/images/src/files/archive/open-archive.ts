import type { Files } from "../files.ts";
import type { ArchiveContext } from "./archive-context.ts";
import { archiveKind } from "./archive-kind.ts";

/**
 * Opens a file as an archive, if it is one by its contents.
 * @param reader the functions that read the folder of the file
 * @returns null for another file, and for an archive that is a format of its own: `.npz`, a shard of a WebDataset
 * @throws DataError for an archive that cannot be read
 */
export async function openArchive(
  reader: Omit<Files, "root">,
  file: string,
  context: ArchiveContext,
): Promise<Files | null> {
  const kind = await archiveKind(reader, file);
  if (kind === null) return null;
  if (kind === "zip") {
    const { openZip } = await import("./open-zip.ts");
    return openZip(reader, file, context);
  }
  const { openTar } = await import("./open-tar.ts");
  return openTar(reader, file, context);
}
