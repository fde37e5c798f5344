import { number, schedule } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { finite } from "./power.ts";
import type { Schedule } from "./schedule.ts";

/**
 * A number divided by a schedule, such as batch sizes that grow where a rate would fall. It is the largest finite
 * number where the schedule is 0.
 */
export const reciprocal = /* @__PURE__ */ defineSchedule({
  name: "reciprocal",
  title: "Reciprocal",
  arguments: {
    /** Schedule by which the numerator is divided. */
    schedule: schedule(),
    /** Number that is divided, above 0. */
    numerator: number("(0, inf)"),
  },
  values:
    ({ schedule, numerator }) =>
    (step) =>
      finite(numerator / schedule(step)),
  moments: ({ schedule }) => schedule.moments,
  end: ({ schedule }) => schedule.end,
  call: (schedule: Schedule, numerator: number) => ({ schedule, numerator }),
});
