import { number, schedule } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { finite } from "./power.ts";
import type { Schedule } from "./schedule.ts";

/** A schedule times a factor: the same shape at another height. */
export const scale = /* @__PURE__ */ defineSchedule({
  name: "scale",
  title: "Scaled",
  arguments: {
    /** Schedule that is multiplied. */
    schedule: schedule(),
    /** Factor of every value. */
    factor: number(),
  },
  values:
    ({ schedule, factor }) =>
    (step) =>
      finite(schedule(step) * factor),
  moments: ({ schedule }) => schedule.moments,
  end: ({ schedule }) => schedule.end,
  call: (schedule: Schedule, factor: number) => ({ schedule, factor }),
});
