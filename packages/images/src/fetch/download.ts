import { closeSync, openSync, statSync, truncateSync, writeSync } from "node:fs";
import { get as getHttp, type IncomingMessage } from "node:http";
import { get as getHttps } from "node:https";
import { DataError } from "../error.ts";

/** A failure for which another attempt is useless. */
export class PermanentError extends Error {}

/** The number of milliseconds without an answer after which a server counts as gone. */
const SILENCE = 30_000;

const REDIRECTS = 5;

/**
 * Downloads a URL to a file, and continues a partial file. Returns when the server has sent everything.
 * It does not use `fetch`, which unpacks compressed responses, because the known hashes are those of the packed files.
 */
export async function download(
  url: string,
  path: string,
  onBytes: (done: number, total: number) => void,
): Promise<void> {
  let have = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const response = await request(url, have > 0 ? { range: `bytes=${have}-` } : {}, REDIRECTS);
  const { statusCode = 0, headers } = response;
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(headers["content-range"] ?? "");
  if (statusCode === 416) {
    response.resume();
    if (range && Number(range[2]) === have) return;
    // The file is longer than the server's, so it is another file. The next attempt starts again.
    truncateSync(path);
    throw new Error("the partial file does not belong to it");
  }
  const isResumed = statusCode === 206 && Number(range?.[1]) === have;
  if (statusCode !== 200 && !isResumed) {
    response.destroy();
    if (statusCode === 206) truncateSync(path);
    const message = `the server answers ${statusCode} ${response.statusMessage ?? ""}`.trim();
    throw statusCode >= 400 && statusCode < 500 && statusCode !== 429
      ? new PermanentError(message)
      : new Error(message);
  }
  if (!isResumed) have = 0;
  const rest = Number(headers["content-length"] ?? 0);
  const total = rest > 0 ? have + rest : 0;
  const file = openFile(path, isResumed ? "a" : "w");
  try {
    for await (const piece of response) {
      have += write(file, piece as Uint8Array, path);
      onBytes(have, total);
    }
  } finally {
    closeSync(file);
  }
  if (total > 0 && have < total) throw new Error(`the connection ended after ${have} of ${total} bytes`);
}

function request(url: string, headers: Record<string, string>, redirects: number): Promise<IncomingMessage> {
  const get = url.startsWith("https:") ? getHttps : getHttp;
  return new Promise((resolve, reject) => {
    const sent = get(url, { headers, timeout: SILENCE }, (response) => {
      const { statusCode = 0, headers: answered } = response;
      if (statusCode < 300 || statusCode > 399 || !answered.location) return resolve(response);
      response.resume();
      if (redirects === 0) return reject(new PermanentError("too many redirects"));
      return resolve(request(new URL(answered.location, url).href, headers, redirects - 1));
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer for ${SILENCE / 1000} seconds`)));
    sent.on("error", reject);
  });
}

function openFile(path: string, flags: "a" | "w"): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    throw new DataError(`${path}: it cannot be written (${(error as Error).message}).`);
  }
}

function write(file: number, bytes: Uint8Array, path: string): number {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    return bytes.length;
  } catch (error) {
    throw new DataError(`${path}: it cannot be written (${(error as Error).message}). Free some space, and try again.`);
  }
}
