import { closeSync, openSync, writeSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { readTar } from "../files/archive/read-tar.ts";
import { readerOf } from "../files/open-folder.ts";
import { readStream } from "../files/read-stream.ts";

/**
 * Extracts the files of a tar archive, plain or compressed, whose names match, without their folders. Other files and links
 * are skipped.
 */
export async function unpackTar(archive: string, wanted: RegExp, folder: string): Promise<void> {
  const stream = readStream(readerOf(dirname(archive)), basename(archive));
  for await (const { type, name, contents } of readTar(archive, stream)) {
    const file = posix.basename(name);
    if (type !== "file" || !wanted.test(file)) continue;
    const descriptor = openSync(join(folder, file), "w");
    try {
      for await (const piece of contents) {
        for (let done = 0; done < piece.length; ) done += writeSync(descriptor, piece, done);
      }
    } finally {
      closeSync(descriptor);
    }
  }
}
