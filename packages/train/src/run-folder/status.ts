import { readFileSync } from "node:fs";
import { runPaths } from "../run/paths.ts";
import type { RunResult } from "../run/result.ts";

/** What became of a run: "unfinished" if it was stopped or killed, and can be gone on with. */
export type RunStatus = RunResult["status"] | "running" | "unfinished";

export function statusOf(folder: string, result: RunResult | null): RunStatus {
  return result?.status ?? (isRunning(folder) ? "running" : "unfinished");
}

/** Whether the process that locked the folder is there; a killed one leaves its lock behind. */
function isRunning(folder: string): boolean {
  try {
    const { pid } = JSON.parse(readFileSync(runPaths(folder).lock, "utf8")) as { pid: number };
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process is there, and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
