import { createHash } from "node:crypto";
import { createReadStream, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { DataError } from "../error.ts";
import { download, PermanentError } from "./download.ts";

/** Options of `fetchFile`. */
export interface FetchFileOptions {
  readonly url: string;
  /** The SHA-256 in hexadecimal digits, or at least the first eight of them. */
  readonly sha256: string;
  /** The path of the file. A partial file stands beside it, with the ending `.part`. */
  readonly path: string;
  /** Receives the number of bytes; the total is 0 while it is unknown. */
  readonly onBytes?: (done: number, total: number) => void;
  /** The milliseconds before the second attempt, doubled before each further one; default 1000. */
  readonly pause?: number | undefined;
}

/** The maximum number of successive attempts without a new byte. */
const ATTEMPTS = 5;

/**
 * Downloads a file. A broken download is resumed, also by the next call. Only a file with the right SHA-256 gets the name.
 * @throws DataError if the server refuses, the network fails repeatedly, or the content is wrong
 */
export async function fetchFile({ url, sha256, path, onBytes, pause = 1000 }: FetchFileOptions): Promise<void> {
  if (existsSync(path)) return;
  const part = `${path}.part`;
  const resumed = sizeOf(part) > 0;
  await downloadAll(url, part, onBytes ?? (() => {}), pause);
  let found = await hashFile(part);
  if (!found.startsWith(sha256) && resumed) {
    // The partial file may belong to another file, so the download starts again.
    rmSync(part, { force: true });
    await downloadAll(url, part, onBytes ?? (() => {}), pause);
    found = await hashFile(part);
  }
  if (!found.startsWith(sha256)) {
    rmSync(part, { force: true });
    throw new DataError(
      `${url}: the SHA-256 of the downloaded file is ${found}. Expected ${sha256}. The file was removed. Try again later, or use another source.`,
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
        throw new DataError(`${url}: the download failed (${message}). Try again later: it will be resumed.`);
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
