import { closeSync, openSync, readSync, statSync } from "node:fs";
import { TrainError } from "../../error.ts";
import { onDisk } from "../../files/on-disk.ts";

const NEWLINE = 10;

/** Line of a file before parsing. */
export interface RawLine {
  /** Contents without the line break; valid until the next line is read. */
  readonly bytes: Buffer;
  /** Line number, from 1. */
  readonly number: number;
  /** True if a line break follows; false for an incomplete last line. */
  readonly isEnded: boolean;
}

/** Yields the lines of a file; none if the file is missing. Memory holds one chunk of the file. */
export function* rawLines(path: string, chunk = 2 ** 18): Generator<RawLine> {
  const file = openIfThere(path);
  if (file === null) return;
  try {
    let buffer = Buffer.alloc(chunk);
    let [kept, number] = [0, 0];
    for (;;) {
      // The line is longer than the buffer.
      if (kept === buffer.length) buffer = Buffer.concat([buffer], 2 * buffer.length);
      const read = onDisk(path, () => readSync(file, buffer, kept, buffer.length - kept, null));
      if (read === 0) break;
      const filled = buffer.subarray(0, kept + read);
      let from = 0;
      for (let to = filled.indexOf(NEWLINE, kept); to >= 0; to = filled.indexOf(NEWLINE, from)) {
        yield { bytes: filled.subarray(from, to), number: ++number, isEnded: true };
        from = to + 1;
      }
      buffer.copyWithin(0, from, filled.length);
      kept = filled.length - from;
    }
    if (kept > 0) yield { bytes: buffer.subarray(0, kept), number: ++number, isEnded: false };
  } finally {
    closeSync(file);
  }
}

/**
 * Parses and validates a line. Returns undefined for an incomplete last line, which is still being written or was left by a
 * killed process.
 * @param as validates an object; returns undefined if it is not a valid line
 * @throws TrainError with the line number if any other line is not valid JSON
 */
export function parseLine<T>(
  path: string,
  { bytes, number, isEnded }: RawLine,
  as: (line: object) => T | undefined,
): T | undefined {
  const value = parse(bytes.toString("utf8"), as);
  if (value === undefined && isEnded) {
    throw new TrainError(
      `${path}, line ${number}: not a JSON object as Downhill wrote it, so the file was edited or damaged`,
      { code: "damaged-file", remedies: [{ act: "remove the line" }] },
    );
  }
  return value;
}

/** Yields the parsed lines of an NDJSON file; see {@link parseLine}. */
export function* readLines<T>(path: string, as: (line: object) => T | undefined): Generator<T> {
  for (const raw of rawLines(path)) {
    const value = parseLine(path, raw, as);
    if (value !== undefined) yield value;
  }
}

/**
 * Yields the lines of a file from the last one backwards and reads only as much of it as needed. Incomplete and damaged
 * lines are skipped.
 */
export function* readLinesBackwards<T>(
  path: string,
  as: (line: object) => T | undefined,
  chunk = 2 ** 16,
): Generator<T> {
  const length = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (length === 0) return;
  const file = onDisk(path, () => openSync(path, "r"));
  try {
    let rest = Buffer.alloc(0);
    for (let to = length; to > 0; ) {
      const from = Math.max(0, to - chunk);
      const read = Buffer.alloc(to - from);
      readSync(file, read, 0, read.length, from);
      rest = Buffer.concat([read, rest]);
      to = from;
      // The first line of the chunk may have started before it.
      for (let newline = rest.lastIndexOf(NEWLINE); newline >= 0; newline = rest.lastIndexOf(NEWLINE)) {
        const value = parse(rest.toString("utf8", newline + 1), as);
        if (value !== undefined) yield value;
        rest = rest.subarray(0, newline);
      }
    }
    const value = parse(rest.toString("utf8"), as);
    if (value !== undefined) yield value;
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | null {
  try {
    return onDisk(path, () => openSync(path, "r"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Returns undefined if the text is not a complete JSON object or not valid. */
function parse<T>(text: string, as: (line: object) => T | undefined): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? as(value) : undefined;
  } catch {
    return undefined;
  }
}
