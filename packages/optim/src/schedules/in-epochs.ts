import { schedule } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { epochAt, type StepsPerEpoch, stepAt, stepsPerEpoch } from "./epoch-clock.ts";
import { convertedBy } from "./moments.ts";
import type { Schedule } from "./schedule.ts";

/**
 * A schedule whose steps are epochs, as one of steps: it moves on within epochs as well, by a fraction a step (as SGDR's
 * authors do; a scheduler that is called once an epoch is a staircase). Where epochs differ in their steps, as they do
 * when the batch size changes, a list has those of each; the last one's hold for all later epochs.
 * @example
 * inEpochs(multiStep({ base: 0.1, milestones: [60, 120] }), 391); // 391 steps an epoch
 * inEpochs(cosine({ base: 0.1, tMax: 3 }), [391, 196, 98]); // the batch size doubles each epoch
 */
export const inEpochs = /* @__PURE__ */ defineSchedule({
  name: "inEpochs",
  title: "In epochs",
  arguments: { schedule: schedule(), stepsPerEpoch: stepsPerEpoch() },
  values: ({ schedule, stepsPerEpoch }) => {
    const epoch = epochAt(stepsPerEpoch);
    return (step) => schedule(epoch(step));
  },
  moments: ({ schedule, stepsPerEpoch }) => convertedBy(schedule.moments, stepAt(stepsPerEpoch)),
  end: ({ schedule, stepsPerEpoch }) => stepAt(stepsPerEpoch)(schedule.end),
  call: (schedule: Schedule, stepsPerEpoch: StepsPerEpoch) => ({ schedule, stepsPerEpoch }),
});
