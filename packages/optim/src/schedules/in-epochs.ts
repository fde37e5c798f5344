import { schedule } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { epochAt, type StepsPerEpoch, stepAt, stepsPerEpoch } from "./epoch-clock.ts";
import { convertedBy } from "./moments.ts";
import type { Schedule } from "./schedule.ts";

/**
 * A schedule of epochs as one of steps. It changes at every step, by a fraction of an epoch (as SGDR's authors do; a
 * scheduler called once per epoch is a staircase). If epochs differ in length, as they do when the batch size changes,
 * pass a list of the steps of each; the last holds for all later epochs.
 * @example
 * inEpochs(multiStep({ base: 0.1, milestones: [60, 120] }), 391); // 391 steps an epoch
 * inEpochs(cosine({ base: 0.1, tMax: 3 }), [391, 196, 98]); // the batch size doubles each epoch
 */
export const inEpochs = /* @__PURE__ */ defineSchedule({
  name: "inEpochs",
  title: "In epochs",
  arguments: {
    /** Schedule whose steps are epochs. */
    schedule: schedule(),
    /** Steps of every epoch, or a list of the steps of each. */
    stepsPerEpoch: stepsPerEpoch(),
  },
  values: ({ schedule, stepsPerEpoch }) => {
    const epoch = epochAt(stepsPerEpoch);
    return (step) => schedule(epoch(step));
  },
  moments: ({ schedule, stepsPerEpoch }) => convertedBy(schedule.moments, stepAt(stepsPerEpoch)),
  end: ({ schedule, stepsPerEpoch }) => stepAt(stepsPerEpoch)(schedule.end),
  call: (schedule: Schedule, stepsPerEpoch: StepsPerEpoch) => ({ schedule, stepsPerEpoch }),
});
