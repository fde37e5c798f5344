import { existsSync, readdirSync } from "node:fs";
import { TrainError } from "@downhill/train";
import { onDisk } from "@downhill/train/files";
import { isComparison } from "./facts.ts";

/**
 * Checks that a new comparison can use a folder: it is missing or empty.
 * @throws TrainError if it has contents
 */
export function checkUnusedForComparison(folder: string): void {
  if (isComparison(folder)) {
    throw new TrainError(`${folder}: the folder contains a comparison`, {
      code: "folder-in-use",
      remedies: [{ choose: "empty folder" }, { act: "resume it" }],
    });
  }
  if (existsSync(folder) && onDisk(folder, () => readdirSync(folder)).length > 0) {
    throw new TrainError(`${folder}: the folder is not empty`, {
      code: "folder-in-use",
      remedies: [{ choose: "empty folder" }],
    });
  }
}
