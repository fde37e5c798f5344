import { posix } from "node:path";
import { type Entry, getFileNameLowLevel, type ZipFile } from "yauzl";
import { DataError } from "../../error.ts";
import { isJunk } from "../junk.ts";
import { decodeName, entryPath } from "./entry-names.ts";

/** A file of a zip archive. */
export interface ZipEntry {
  /** The position of its header in the archive. */
  readonly at: number;
  /** The number of its bytes in the archive. */
  readonly packed: number;
  /** The number of its bytes. */
  readonly length: number;
  readonly deflated: boolean;
  readonly crc32: number;
}

/** A file or link of a zip archive. */
export interface ListedEntry extends ZipEntry {
  readonly path: string;
  readonly isLink: boolean;
}

/** The flags and attributes of an entry, from the specification of zip and from Info-ZIP's for Unix. */
const [UTF8, TYPE_SHIFT, TYPE_MASK, TYPE_LINK] = [0x800, 16, 0o170000, 0o120000];
const [STORED, DEFLATED] = [0, 8];

/** The methods of compression that are not read. Windows writes Deflate64 for files above 2 GB. */
const METHODS: Readonly<Record<number, string>> = {
  1: "Shrink",
  6: "Implode",
  9: "Deflate64",
  12: "bzip2",
  14: "LZMA",
  93: "Zstandard",
  95: "xz",
  96: "JPEG",
  98: "PPMd",
};

/**
 * Lists the files and links of a zip archive, without folders and junk.
 * @throws DataError for a file that is encrypted, compressed by another method, or leads out of the archive
 */
export async function* listZip(zip: ZipFile, archive: string): AsyncGenerator<ListedEntry> {
  for await (const entry of zip.eachEntry()) {
    const name = nameOf(entry);
    const path = entryPath(archive, name);
    if (name.endsWith("/") || path === "" || path.split("/").some(isJunk)) continue;
    const { compressionMethod: method, relativeOffsetOfLocalHeader: at, compressedSize: packed, crc32 } = entry;
    if (entry.isEncrypted()) throw encrypted(archive, path);
    if (method !== STORED && method !== DEFLATED) {
      throw new DataError(
        `${archive}: its entry ${path} is compressed by ${METHODS[method] ?? `method ${method}`}. Expected Deflate or no compression. Unpack it, and use the folder.`,
      );
    }
    const isLink = ((entry.externalFileAttributes >>> TYPE_SHIFT) & TYPE_MASK) === TYPE_LINK;
    yield { path, isLink, at, packed, length: entry.uncompressedSize, deflated: method === DEFLATED, crc32 };
  }
}

/** Returns the error for an encrypted archive. @param path an encrypted entry, if one is known */
export const encrypted = (archive: string, path?: string): DataError =>
  new DataError(
    `${archive}: ${path ? `its entry ${path}` : "the archive"} is encrypted. Unpack it with its password, and use the folder.`,
  );

/** Returns the path of a link's target within the archive. */
export const targetOf = (path: string, contents: Uint8Array): string => {
  const target = Buffer.from(contents).toString();
  return posix.isAbsolute(target) ? target : posix.join(posix.dirname(path), target);
};

/**
 * Decodes the name of an entry: UTF-8 if a flag or Info-ZIP's extra field states it, and also if the bytes are valid UTF-8,
 * which macOS writes without the flag; else code page 437.
 */
function nameOf({ generalPurposeBitFlag: flags, fileNameRaw: bytes, extraFields }: Entry): string {
  const isUtf8 = decodeName(bytes, () => "") !== "";
  return getFileNameLowLevel(isUtf8 ? flags | UTF8 : flags, bytes, extraFields, false);
}
