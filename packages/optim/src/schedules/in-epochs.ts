import { duration, schedule } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import type { Schedule } from "./schedule.ts";

/**
 * A schedule whose steps are epochs, as one of steps: it moves on within epochs as well, by a fraction a step (as SGDR's
 * authors do; a scheduler that is called once an epoch is a staircase).
 * @example inEpochs(multiStep({ base: 0.1, milestones: [60, 120] }), 391) // 391 steps an epoch
 */
export const inEpochs = /* @__PURE__ */ defineSchedule({
  name: "inEpochs",
  title: "In epochs",
  arguments: { schedule: schedule(), stepsPerEpoch: duration() },
  values:
    ({ schedule, stepsPerEpoch }) =>
    (step) =>
      schedule(step / stepsPerEpoch),
  end: ({ schedule, stepsPerEpoch }) => schedule.end * stepsPerEpoch,
  call: (schedule: Schedule, stepsPerEpoch: number) => ({ schedule, stepsPerEpoch }),
});
