import type { XUnit } from "../api/types.ts";
import type { EpochTimes } from "./epoch-times.ts";
import type { MetricsTable } from "./metrics-table.ts";

/**
 * Returns the position of each step on a horizontal axis: steps and epochs completed before it, images up to its end, or
 * seconds of training. Times within an epoch are interpolated, since only epochs are timed; the epoch in progress has the
 * speed of the last one.
 */
export function positionsOf(
  table: MetricsTable,
  unit: XUnit,
  { stepsPerEpoch, times }: { readonly stepsPerEpoch: number; readonly times: EpochTimes },
): (row: number) => number {
  if (unit === "step") return (row) => table.steps.at(row) ?? Number.NaN;
  if (unit === "samples") return (row) => table.samples.at(row) ?? Number.NaN;
  const { starts, rows } = table;
  let epoch = 0;
  /** Number of completed epochs, as a fraction, after a row. */
  const completed = (row: number): number => {
    if ((starts[epoch] ?? 0) > row) epoch = 0;
    while (epoch + 1 < starts.length && (starts[epoch + 1] as number) <= row) epoch++;
    const start = starts[epoch] ?? 0;
    const isLast = epoch + 1 === starts.length;
    const length = isLast ? Math.max(stepsPerEpoch, rows - start) : (starts[epoch + 1] as number) - start;
    return epoch + (row + 1 - start) / length;
  };
  if (unit === "epoch") return completed;
  const { seconds } = times;
  const ends = [0];
  for (const value of seconds) ends.push((ends.at(-1) as number) + value);
  const last = seconds.at(-1) ?? Number.NaN;
  return (row) => {
    const epochs = completed(row);
    const whole = Math.min(Math.floor(epochs), seconds.length);
    return (ends[whole] as number) + (epochs - whole) * (seconds[whole] ?? last);
  };
}
