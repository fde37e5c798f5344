export { type Difference, diffRuns } from "./diff.ts";
export { type BrokenRun, listRuns, type RunSummary, summarizeRun } from "./list.ts";
export type { EpochTiming } from "./metrics/metrics-line.ts";
export { StepTable } from "./metrics/step-table.ts";
export { outlineRun, type Run, type RunOutline, type RunTable, readRunFolder, readRunTable } from "./read.ts";
export type { RunStatus } from "./status.ts";
