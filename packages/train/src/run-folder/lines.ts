import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { TrainError } from "../error.ts";
import { onDisk } from "../files/on-disk.ts";

const NEWLINE = 10;

/**
 * Each line of a file of JSON lines; none, if the file is not there. A last line that is cut short, by a process that
 * is still writing or was killed, is left out.
 * @param as validates an object; undefined where it is not what the file's lines are
 * @throws TrainError that names the line where another one is not JSON, or not valid
 */
export function* readLines<T>(path: string, as: (line: object) => T | undefined): Generator<T> {
  const bytes = readIfThere(path);
  for (let from = 0, line = 1; from < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, from);
    const to = newline < 0 ? bytes.length : newline;
    const value = parse(bytes.toString("utf8", from, to), as);
    if (value !== undefined) yield value;
    else if (newline >= 0) {
      throw new TrainError(
        `${path}, line ${line}: expected one JSON object a line, as Downhill wrote it: the file was changed or damaged. Remove the line`,
      );
    }
    from = to + 1;
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

function readIfThere(path: string): Buffer {
  try {
    return onDisk(path, () => readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
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
