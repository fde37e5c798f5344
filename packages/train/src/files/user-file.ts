import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { explainSystemError } from "@downhill/images/text";
import { checkPath } from "../check-arguments.ts";
import { TrainError } from "../error.ts";
import { writeAtomically } from "./atomic.ts";

/**
 * Reads a file that a user names.
 * @throws TrainError if there is none, or it cannot be read
 */
export function readUserFile(path: string): Uint8Array {
  checkPath(path);
  try {
    return readFileSync(path);
  } catch (error) {
    const problem = explainSystemError(error);
    if (problem === null) throw error;
    throw new TrainError(`${path}: ${problem.reason}`, {
      code: "disk",
      remedies: [{ act: problem.remedy }],
      cause: error,
    });
  }
}

/**
 * Writes a file that a user names, atomically.
 * @throws TrainError if its folder is missing or cannot be written, or the disk is full; an existing file stays unchanged
 */
export function writeUserFile(path: string, parts: Iterable<Uint8Array>): void {
  checkPath(path);
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw new TrainError(`${path}: there is no folder '${folder}'`, {
      code: "disk",
      remedies: [{ act: "create it" }, { act: "choose another file" }],
    });
  }
  writeAtomically(path, parts);
}
