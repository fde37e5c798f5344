import { lockOwner } from "./lock/lock.ts";
import { runPaths } from "./paths.ts";
import type { RunResult } from "./result.ts";

/** Status of a run: "unfinished" if it was stopped or killed and can be resumed. */
export type RunStatus = RunResult["status"] | "running" | "unfinished";

export const statusOf = (folder: string, result: RunResult | null): RunStatus =>
  result?.status ?? (lockOwner(runPaths(folder).lock) === null ? "unfinished" : "running");
