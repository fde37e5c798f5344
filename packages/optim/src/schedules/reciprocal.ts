import { number, schedule } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { finite } from "./power.ts";
import type { Schedule } from "./schedule.ts";

/** A number divided by a schedule: batch sizes that grow as a rate would fall. Where the schedule is 0, the largest number. */
export const reciprocal = /* @__PURE__ */ defineSchedule({
  name: "reciprocal",
  title: "Reciprocal",
  arguments: { schedule: schedule(), numerator: number("(0, inf)") },
  values:
    ({ schedule, numerator }) =>
    (step) =>
      finite(numerator / schedule(step)),
  moments: ({ schedule }) => schedule.moments,
  end: ({ schedule }) => schedule.end,
  call: (schedule: Schedule, numerator: number) => ({ schedule, numerator }),
});
