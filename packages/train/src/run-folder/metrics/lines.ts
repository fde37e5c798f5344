import { closeSync, openSync, readSync, statSync } from "node:fs";
import { TrainError } from "../../error.ts";
import { onDisk } from "../../files/on-disk.ts";

const NEWLINE = 10;

/** A line of a file, before it is parsed. */
export interface RawLine {
  /** Without its line break; valid until the next line is asked for. */
  readonly bytes: Buffer;
  /** From 1. */
  readonly number: number;
  /** False for a last line without a line break. */
  readonly isEnded: boolean;
}

/** The lines of a file; none, if the file is not there. A chunk of the file is in memory, however long it is. */
export function* rawLines(path: string, chunk = 2 ** 18): Generator<RawLine> {
  const file = openIfThere(path);
  if (file === null) return;
  try {
    let buffer = Buffer.alloc(chunk);
    let [kept, number] = [0, 0];
    for (;;) {
      // A line that is longer than what is in memory.
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
 * Parses and validates a line. A last line that is cut short, by a process that is still writing or was killed, is
 * undefined.
 * @param as validates an object; undefined where it is not what the file's lines are
 * @throws TrainError that names the line where another one is not JSON, or not valid
 */
export function parseLine<T>(
  path: string,
  { bytes, number, isEnded }: RawLine,
  as: (line: object) => T | undefined,
): T | undefined {
  const value = parse(bytes.toString("utf8"), as);
  if (value === undefined && isEnded) {
    throw new TrainError(
      `${path}, line ${number}: expected one JSON object a line, as Downhill wrote it: the file was changed or damaged. Remove the line`,
    );
  }
  return value;
}

/** Each line of a file of JSON lines, as {@link rawLines} and {@link parseLine} have them. */
export function* readLines<T>(path: string, as: (line: object) => T | undefined): Generator<T> {
  for (const raw of rawLines(path)) {
    const value = parseLine(path, raw, as);
    if (value !== undefined) yield value;
  }
}

/**
 * The lines of a file from the last one backwards, without reading more of it than is asked for. Lines that are cut short
 * or damaged are left out.
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
      // The first line of what was read may have begun before it.
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

/** Undefined where it is not the whole of an object, or not valid. */
function parse<T>(text: string, as: (line: object) => T | undefined): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? as(value) : undefined;
  } catch {
    return undefined;
  }
}
