import { existsSync } from "node:fs";
import { TrainError } from "../error.ts";
import { type RunPaths, runPaths } from "../run-folder/paths.ts";
import { type RunResult, readResult } from "../run-folder/result.ts";
import type { RunControl } from "./control.ts";

/** Returns the result of a finished run; null for an unfinished one, or one that was killed before its report was complete. */
export function finishedResult({ folder, report }: RunPaths, emit: RunControl["emit"] = () => {}): RunResult | null {
  const result = readIntactResult(folder, emit);
  return result?.status === "finished" && existsSync(report) ? result : null;
}

/** Notes that a run has finished, and returns its result. */
export function noteFinished(result: RunResult, folder: string, { emit }: RunControl): RunResult {
  emit({ kind: "note", text: `${folder} is finished. There is nothing left to train.` });
  return result;
}

/** Ignores a damaged result, which is written again from the last checkpoint. */
function readIntactResult(folder: string, emit: RunControl["emit"]): RunResult | null {
  try {
    return readResult(folder);
  } catch (error) {
    if (!(error instanceof TrainError)) throw error;
    const text = `${runPaths(folder).result} is damaged. Writing it again from the last checkpoint.`;
    emit({ kind: "note", text });
    return null;
  }
}
