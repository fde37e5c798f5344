import { type Description, schedules } from "@downhill/optim";
import type { RunFacts } from "./run-file.ts";

/** Returns the smallest and largest batch size of a run, apart from the last batch of an epoch. */
export function batchRange({
  batchSchedule,
  config: { batchSize, epochs },
}: Pick<RunFacts, "batchSchedule" | "config">): readonly [smallest: number, largest: number] {
  if (!batchSchedule) return [batchSize, batchSize];
  const sizes = schedules.build(batchSchedule as Description);
  const all = Array.from({ length: epochs }, (_, epoch) => sizes(epoch));
  return [Math.min(...all), Math.max(...all)];
}
