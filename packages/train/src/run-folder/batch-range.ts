import { type Description, schedules } from "@downhill/optim";
import type { RunFacts } from "./run-file.ts";

/** The fewest and the most images of a run's steps, but for what is left of an epoch: equal where the size stays. */
export function batchRange({
  batchSchedule,
  config: { batchSize, epochs },
}: Pick<RunFacts, "batchSchedule" | "config">): readonly [fewest: number, most: number] {
  if (!batchSchedule) return [batchSize, batchSize];
  const sizes = schedules.build(batchSchedule as Description);
  const all = Array.from({ length: epochs }, (_, epoch) => sizes(epoch));
  return [Math.min(...all), Math.max(...all)];
}
