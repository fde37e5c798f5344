import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../files.ts";
import { compressionOf, readStream } from "../read-stream.ts";
import { ending } from "../tree.ts";
import { isTarHeader, TAR_BLOCK } from "./tar-header.ts";

/** The archives that are read. A tar archive may be compressed by gzip or Zstandard. */
export type ArchiveKind = "zip" | "tar";

/** The names of archives that are read. */
const NAMES = /\.(?:zip|tar|tgz|tzst|tar\.gz|tar\.zst)$/i;

/** The endings of zip files that are documents, models or arrays. */
const OTHER_ZIPS: ReadonlySet<string> = new Set(
  ".npz .xlsx .xlsm .docx .pptx .odt .ods .odp .epub .jar .apk .whl .keras .pt .pth .ckpt .mlmodel".split(" "),
);

/** True if a file is named like an archive that is read. */
export const isArchiveName = (file: string): boolean => NAMES.test(file);

/** Returns the name of an archive without its ending: `photos` for `photos.tar.gz`. */
export const archiveStem = (file: string): string => file.replace(NAMES, "");

/** The first bytes of a zip archive's first entry, of an empty archive, and of a split one. */
const ZIP_STARTS = ["PK\x03\x04", "PK\x05\x06", "PK\x07\x08"];

/** The archives and compressed files that are not read: bytes at a position, a description, an instruction. */
const UNREAD: readonly (readonly [bytes: string, at: number, description: string, remedy: string])[] = [
  ["7z\xbc\xaf\x27\x1c", 0, "a 7z archive", "Unpack it with 7-Zip, and use the folder."],
  ["Rar!\x1a\x07", 0, "a RAR archive", "Unpack it with 7-Zip or unrar, and use the folder."],
  ["1AY&SY", 4, "compressed by bzip2", "Decompress it with bzip2 -d, and use the result."],
  ["\xfd7zXZ\x00", 0, "compressed by xz", "Decompress it with xz -d, and use the result."],
  ["LZIP\x01", 0, "compressed by lzip", "Decompress it with lzip -d, and use the result."],
  ["\x04\x22\x4d\x18", 0, "compressed by LZ4", "Decompress it with lz4 -d, and use the result."],
];

/**
 * Recognizes an archive by its contents. Zip files that are documents or arrays, such as `.npz`, are none.
 * @returns null for another file
 * @throws DataError for an archive of a kind that is not read, or a file that is named like an archive and is none
 */
export async function archiveKind(reader: Omit<Files, "root">, file: string): Promise<ArchiveKind | null> {
  const path = pathIn(reader, file);
  const start = await reader.slice(file, 0, TAR_BLOCK);
  const text = Buffer.from(start).toString("latin1");
  if (ZIP_STARTS.includes(text.slice(0, 4))) return OTHER_ZIPS.has(ending(file)) ? null : "zip";
  if (isTarHeader(start)) return "tar";
  const [, , description, remedy] = UNREAD.find(([bytes, at]) => text.startsWith(bytes, at)) ?? [];
  if (description) {
    throw new DataError(
      `${path}: it is ${description}. Expected a folder, or an archive: zip, tar, tar.gz or tar.zst. ${remedy}`,
    );
  }
  const isNamed = isArchiveName(file);
  if (compressionOf(start) !== null && (await beginsWithTar(reader, file, isNamed))) return "tar";
  if (!isNamed) return null;
  // A zip archive may follow a program that unpacks it. The list of its entries is at the end.
  if (ending(file) === ".zip" && start.length > 0) return "zip";
  const problem = start.length === 0 ? "the archive is empty" : "it is not an archive, or it is damaged";
  throw new DataError(`${path}: ${problem}. Expected zip, tar, tar.gz or tar.zst. Download it again.`);
}

/** True if a compressed file contains a tar archive. @param isNamed true if damaged data are an error */
async function beginsWithTar(reader: Omit<Files, "root">, file: string, isNamed: boolean): Promise<boolean> {
  let start = Buffer.alloc(0);
  try {
    for await (const piece of readStream(reader, file)) {
      start = Buffer.concat([start, piece]);
      if (start.length >= TAR_BLOCK) break;
    }
  } catch (error) {
    // A file of a data set, whose format reports the problem.
    if (error instanceof DataError && !isNamed) return false;
    throw error;
  }
  return isTarHeader(start);
}
