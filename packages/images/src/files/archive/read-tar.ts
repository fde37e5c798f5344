import { posix } from "node:path";
import { Readable } from "node:stream";
import type { Extract } from "tar-stream";
import { DataError } from "../../error.ts";
import { decodeName } from "./entry-names.ts";
import { TarEnd, wholeBlocks } from "./tar-end.ts";
import { TAR_BLOCK } from "./tar-header.ts";

/** An entry of a tar archive. */
export interface TarEntry {
  readonly type: "file" | "link" | "folder" | "other";
  /** The name as it is in the archive. */
  readonly name: string;
  /** The path of a link's target within the archive, not normalized; "" for other entries. */
  readonly target: string;
  /** The number of bytes of a file. */
  readonly size: number;
  /** The position of a file's first byte in the archive. */
  readonly at: number;
  /** Reads the bytes of a file, before the next entry is read. */
  readonly contents: AsyncIterable<Uint8Array>;
}

/** The header of an entry as `tar-stream` returns it. The types lack some of its properties, and the position of the header. */
interface Header {
  readonly name: string;
  readonly linkname: string | null;
  readonly type: string | null;
  readonly size: number;
  readonly pax: Readonly<Record<string, string>> | null;
}

/**
 * Reads the entries of a tar archive in their order. Bytes after the archive's end are ignored.
 * @param archive the archive's path, for errors
 * @param stream the archive's bytes, decompressed
 * @param note receives notes for the report
 * @throws DataError for an archive that is truncated or damaged, or has sparse files
 */
export async function* readTar(
  archive: string,
  stream: AsyncIterable<Uint8Array>,
  note: (text: string) => void = () => {},
): AsyncGenerator<TarEntry> {
  const { extract } = await import("tar-stream");
  const end = new TarEnd();
  const source = Readable.from(wholeBlocks(stream, end));
  // The types lack the options. A name may be in any encoding, so its bytes are kept.
  const options = { filenameEncoding: "latin1", allowUnknownFormat: true };
  const entries = (extract as (options: object) => Extract)(options);
  // Errors do not pass through a pipe by themselves.
  source.on("error", (error) => entries.destroy(error)).pipe(entries);
  let count = 0;
  try {
    for await (const entry of entries) {
      const { header, offset } = entry as unknown as { readonly header: Header; readonly offset: number };
      const at = offset + TAR_BLOCK;
      count++;
      // A folder has no bytes, whatever size it declares.
      end.next(at + (header.type === "directory" ? 0 : header.size));
      checkSparse(archive, header);
      yield entryOf(header, at, contents(archive, entry));
      // Bytes that were not read are skipped.
      entry.resume();
    }
    if (count > 0 && !end.isReached) note(`${posix.basename(archive)} has no mark at its end, so it may be truncated.`);
  } catch (error) {
    if (!end.isReached || !isDamage(error)) throw problemOf(archive, error);
    note(`${posix.basename(archive)} has bytes after the end of its entries, which are ignored.`);
  } finally {
    source.destroy();
    entries.destroy();
  }
}

async function* contents(archive: string, entry: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* entry;
  } catch (error) {
    throw problemOf(archive, error);
  }
}

function entryOf(header: Header, at: number, bytes: AsyncIterable<Uint8Array>): TarEntry {
  const { size, type } = header;
  const name = header.pax?.path ?? unpackName(header.name);
  const link = header.pax?.linkpath ?? unpackName(header.linkname ?? "");
  const common = { name, target: "", size, at, contents: bytes };
  if (type === "file" || type === "contiguous-file") return { ...common, type: "file" };
  if (type === "directory") return { ...common, type: "folder" };
  if (type === "link") return { ...common, type: "link", target: link };
  // A symbolic link is relative to its own folder.
  if (type === "symlink")
    return { ...common, type: "link", target: posix.isAbsolute(link) ? link : posix.join(posix.dirname(name), link) };
  return { ...common, type: "other" };
}

/** Decodes a name whose bytes are the characters of a string. Names that are not UTF-8 are read as Windows-1252. */
const unpackName = (name: string): string =>
  decodeName(Buffer.from(name, "latin1"), (bytes) => new TextDecoder("windows-1252").decode(bytes));

/** Refuses files without their zeros, which GNU tar writes as entries of a type of its own or with PAX properties. */
function checkSparse(archive: string, { type, size, name, pax }: Header): void {
  const isSparse = type === null ? size > 0 : Object.keys(pax ?? {}).some((key) => key.startsWith("GNU.sparse."));
  if (!isSparse) return;
  throw new DataError(
    `${archive}: its entry ${pax?.["GNU.sparse.name"] ?? unpackName(name)} is a sparse file or of another special type. Expected ordinary files. Create the archive again without --sparse.`,
  );
}

/** The messages of `tar-stream` for an archive that is damaged. */
const DAMAGE = /^(?:Unexpected end of data|Invalid|Header exceeds)/;

const isDamage = (error: unknown): boolean => !(error instanceof DataError) && DAMAGE.test((error as Error).message);

function problemOf(archive: string, error: unknown): Error {
  if (!isDamage(error)) return error as Error;
  return (error as Error).message === "Unexpected end of data"
    ? new DataError(`${archive}: the archive is truncated. Download it again.`)
    : new DataError(
        `${archive}: it is not a tar archive, or it is damaged (${(error as Error).message}). Download it again.`,
      );
}
