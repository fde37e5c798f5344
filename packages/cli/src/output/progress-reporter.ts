import type { Field } from "./fit.ts";
import type { Output } from "./output.ts";

/** Reports the progress of an activity. */
export type ProgressReporter = (activity: string, fields: readonly Field[]) => void;

/** Returns a reporter that redraws one line on a terminal; elsewhere it prints each activity once, when it begins. */
export function progressReporter(output: Output): ProgressReporter {
  let printed = "";
  return (activity, fields) => {
    if (output.isLive) output.status(fields);
    else if (activity !== printed) output.log(activity);
    printed = activity;
  };
}
