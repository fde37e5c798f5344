import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { fromRandomAccessReaderPromise, type ZipFile } from "yauzl";
import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../files.ts";
import { reasonOf } from "../read-failure.ts";
import type { ArchiveContext } from "./archive-context.ts";
import { Entries } from "./entries.ts";
import { filesAt } from "./files-at.ts";
import { checkRatio } from "./limits.ts";
import { findZipEnd, ZIP_TAIL } from "./zip-end.ts";
import { encrypted, type ListedEntry, listZip, targetOf, type ZipEntry } from "./zip-entries.ts";
import { ZipMembers } from "./zip-members.ts";
import { ZipSource } from "./zip-source.ts";

/** The maximum number of bytes of a link's target. */
const LONGEST_TARGET = 4096;

/**
 * Opens a zip archive, whose files are read in place.
 * @throws DataError for an archive that cannot be read
 */
export async function openZip(reader: Omit<Files, "root">, file: string, context: ArchiveContext): Promise<Files> {
  const archive = pathIn(reader, file);
  const descriptor = openFile(archive);
  let isOpen = true;
  try {
    const { size } = fstatSync(descriptor);
    const tail = readTail(descriptor, size);
    const found = findZipEnd(tail);
    const end = found ? size - tail.length + found.end : size;
    const source = new ZipSource(descriptor, end);
    const zip = await fromRandomAccessReaderPromise(source, end, { decodeStrings: false, autoClose: false });
    if (end < size) context.note(`${basename(archive)} has ${size - end} bytes after its end, which are ignored.`);
    const listed = await list(zip, archive, end, context.signal);
    if (found) checkCount(zip, archive, source, size - tail.length + found.record);
    source.endListing();
    const members = new ZipMembers(zip, descriptor, archive, context.spool);
    const files = (await addAll(listed, members)).finish(basename(archive), context.note);
    return filesAt(archive, files, (entry, from, to, path) => members.slice(entry, from, to, path), {
      whole: (entry, path) => members.read(entry, path),
      stream: (entry, path) => members.stream(entry, path),
      close: async () => {
        if (isOpen) closeSync(descriptor);
        isOpen = false;
      },
    });
  } catch (error) {
    closeSync(descriptor);
    throw context.signal?.aborted ? error : problemOf(archive, error);
  }
}

function openFile(archive: string): number {
  try {
    return openSync(archive, "r");
  } catch (error) {
    throw new DataError(`${archive}: it cannot be read: ${reasonOf(error)}`);
  }
}

function readTail(descriptor: number, size: number): Buffer {
  const tail = Buffer.alloc(Math.min(size, ZIP_TAIL));
  return tail.subarray(0, readSync(descriptor, tail, 0, tail.length, size - tail.length));
}

/** Lists the entries, and refuses those that share bytes of the archive or unpack to far more. */
async function list(
  zip: ZipFile,
  archive: string,
  size: number,
  signal: AbortSignal | undefined,
): Promise<readonly ListedEntry[]> {
  const listed: ListedEntry[] = [];
  let [packed, unpacked] = [0, 0];
  for await (const entry of listZip(zip, archive)) {
    signal?.throwIfAborted();
    listed.push(entry);
    packed += entry.packed;
    unpacked += entry.length;
    if (packed > size) {
      throw new DataError(
        `${archive}: its entries have more bytes than the archive, so they overlap or the archive is damaged. Download it again.`,
      );
    }
  }
  checkRatio(archive, unpacked, size);
  return listed;
}

/** Refuses an archive with more entries than it declares, as some programs write for more than 65,535 of them. */
function checkCount(zip: ZipFile, archive: string, source: ZipSource, end: number): void {
  const next = Buffer.alloc(4);
  // The types declare another type for the position.
  const position = zip.readEntryCursor as unknown as number;
  if (position + next.length > end) return;
  source.read(next, 0, next.length, position, () => {});
  if (next.toString("latin1") !== "PK\x01\x02") return;
  throw new DataError(
    `${archive}: it has more entries than the ${zip.entryCount} that it declares. Create it again with another program, or unpack it and use the folder.`,
  );
}

/** Adds the files, and the links by their targets, which are their contents. */
async function addAll(listed: readonly ListedEntry[], members: ZipMembers): Promise<Entries<ZipEntry>> {
  const entries = new Entries<ZipEntry>();
  for (const { path, isLink, ...entry } of listed) {
    if (!isLink) entries.addFile(path, entry);
    else if (entry.length > LONGEST_TARGET) entries.addOther(path);
    else entries.addLink(path, targetOf(path, await members.read(entry, path)));
  }
  return entries;
}

function problemOf(archive: string, error: unknown): Error {
  const { message, code } = error as NodeJS.ErrnoException;
  if (error instanceof DataError || code !== undefined) return error as Error;
  if (message.startsWith("strong encryption")) return encrypted(archive);
  if (message.startsWith("End of central directory record signature not found")) {
    return new DataError(
      `${archive}: the zip archive is truncated, damaged, or one part of a split archive. Download it again, or join its parts: cat photos.zip.* > photos.zip`,
    );
  }
  if (message.startsWith("multi-disk")) {
    return new DataError(
      `${archive}: it is the last part of a split zip archive. Expected one file. Join the parts: zip -s 0 split.zip --out whole.zip`,
    );
  }
  return new DataError(`${archive}: the zip archive is damaged (${message}). Download it again.`);
}
