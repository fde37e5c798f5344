import { createHash } from "node:crypto";
import { createReadStream, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { DataError } from "../error.ts";
import { download, PermanentError } from "./download.ts";

export interface FetchFileOptions {
  readonly url: string;
  readonly sha256: string;
  /** Where the file goes. What has arrived of it stands beside, with `.part`, until it is whole. */
  readonly path: string;
  /** Told bytes; the total is 0 while it is unknown. */
  readonly onBytes?: (done: number, total: number) => void;
  /** Milliseconds before the first new attempt, twice as many before each other; default 1000. */
  readonly pause?: number;
}

/** So many attempts in a row may bring nothing. */
const ATTEMPTS = 5;

/**
 * Fetches a file. A download that breaks off goes on where it stopped, now and at the next call; the name is given to what
 * has the right SHA-256 and to nothing else.
 * @throws DataError where the server refuses, the network fails again and again, or the content is another
 */
export async function fetchFile({ url, sha256, path, onBytes, pause = 1000 }: FetchFileOptions): Promise<void> {
  if (existsSync(path)) return;
  const part = `${path}.part`;
  const resumed = sizeOf(part) > 0;
  await downloadAll(url, part, onBytes ?? (() => {}), pause);
  let found = await hashFile(part);
  if (found !== sha256 && resumed) {
    // What was there may be of another file: once more from the beginning.
    rmSync(part, { force: true });
    await downloadAll(url, part, onBytes ?? (() => {}), pause);
    found = await hashFile(part);
  }
  if (found !== sha256) {
    rmSync(part, { force: true });
    throw new DataError(
      `${url}: the SHA-256 of what was fetched is ${found}: expected ${sha256}: it was removed: try again later, or get the data from elsewhere`,
    );
  }
  renameSync(part, path);
}

async function downloadAll(
  url: string,
  part: string,
  onBytes: (done: number, total: number) => void,
  pause: number,
): Promise<void> {
  for (let failures = 0; ; ) {
    const before = sizeOf(part);
    try {
      return await download(url, part, onBytes);
    } catch (error) {
      if (error instanceof DataError) throw error;
      failures = sizeOf(part) > before ? 1 : failures + 1;
      const { message } = error as Error;
      if (error instanceof PermanentError || failures === ATTEMPTS) {
        throw new DataError(`${url}: cannot be fetched (${message}): try again later: it goes on where it stopped`);
      }
      await sleep(pause * 2 ** (failures - 1));
    }
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest("hex");
}
