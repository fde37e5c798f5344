import type { ReportRun } from "../report-data.ts";

/** Note about the figures of a report. */
export interface Warning {
  readonly title: string;
  readonly text: string;
}

/** Returns the warnings that apply to a run; undefined if there are none. */
export type Check = (run: ReportRun) => Warning | readonly Warning[] | undefined;
