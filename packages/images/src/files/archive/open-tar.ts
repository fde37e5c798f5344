import { posix } from "node:path";
import { type Files, pathIn } from "../files.ts";
import { isJunk } from "../junk.ts";
import { compressionOf, readStream } from "../read-stream.ts";
import type { Extent } from "../spool.ts";
import { ZSTD } from "../unzstd.ts";
import type { ArchiveContext } from "./archive-context.ts";
import { Entries } from "./entries.ts";
import { entryPath } from "./entry-names.ts";
import { filesAt } from "./files-at.ts";
import { checkRatio } from "./limits.ts";
import { readTar } from "./read-tar.ts";
import { isShard, SHARD_SAMPLE } from "./shard.ts";

/**
 * Opens a tar archive. The files of a plain one are read in place. Those of a compressed one are unpacked once, into the
 * spool.
 * @returns null for a shard of a WebDataset, which is a format and no folder
 * @throws DataError for an archive that cannot be read
 */
export async function openTar(
  reader: Omit<Files, "root">,
  file: string,
  context: ArchiveContext,
): Promise<Files | null> {
  const archive = pathIn(reader, file);
  const { spool, note, onProgress, signal } = context;
  const compression = compressionOf(await reader.slice(file, 0, ZSTD.length));
  const compressed = compression !== null;
  // The format of shards reads those that are plain or in gzip, in one pass.
  const isFormat = (paths: readonly string[]): boolean => compression !== "zstd" && isShard(paths);
  const total = reader.sizeOf(file);
  const name = posix.basename(file);
  const what = `${compressed ? "unpacking" : "listing"} ${name}`;
  let [done, unpacked] = [0, 0];
  const counted: Omit<Files, "root"> = {
    ...reader,
    async *stream(path) {
      for await (const piece of reader.stream(path)) {
        signal?.throwIfAborted();
        done += piece.length;
        onProgress({ what, done, total });
        yield piece;
      }
    },
  };
  const checked = async function* (contents: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of contents) {
      unpacked += piece.length;
      checkRatio(archive, unpacked, done);
      yield piece;
    }
  };
  const entries = new Entries<Extent>();
  const sample: string[] = [];
  for await (const entry of readTar(archive, readStream(counted, file), note)) {
    const path = entryPath(archive, entry.name);
    if (entry.type === "folder" || path === "" || path.split("/").some(isJunk)) continue;
    if (entry.type === "link") entries.addLink(path, entry.target);
    else if (entry.type === "other") entries.addOther(path);
    else {
      if (sample.length < SHARD_SAMPLE && sample.push(path) === SHARD_SAMPLE && isFormat(sample)) return null;
      entries.addFile(
        path,
        compressed ? await spool.keep(checked(entry.contents)) : { at: entry.at, length: entry.size },
      );
    }
  }
  if (sample.length < SHARD_SAMPLE && isFormat(sample)) return null;
  return filesAt(archive, entries.finish(name, note), async ({ at }, from, to) =>
    compressed ? spool.read({ at: at + from, length: to - from }) : reader.slice(file, at + from, at + to),
  );
}
