export { type Difference, diffRuns } from "./diff.ts";
export { type BrokenRun, listRuns, type RunSummary, summarizeRun } from "./list.ts";
export type { EpochTiming } from "./metrics-line.ts";
export { type Run, readRunFolder } from "./read.ts";
export type { RunStatus } from "./status.ts";
