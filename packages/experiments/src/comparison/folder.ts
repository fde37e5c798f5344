import { folderState, TrainError } from "@downhill/train";
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
  if (folderState(folder) !== "unused") {
    throw new TrainError(`${folder}: the folder is not empty`, {
      code: "folder-in-use",
      remedies: [{ choose: "empty folder" }],
    });
  }
}
