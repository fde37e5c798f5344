import { duration, schedule } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { epochAt, stepAt } from "./epoch-clock.ts";
import { convertedBy } from "./moments.ts";
import type { Schedule } from "./schedule.ts";

/**
 * A schedule of steps as one of epochs: the inverse of `inEpochs`.
 * @example byEpoch(step({ base: 0.1, stepSize: 391 * 60 }), 391) // 0.1 for 60 epochs of 391 steps, then 0.01
 */
export const byEpoch = /* @__PURE__ */ defineSchedule({
  name: "byEpoch",
  title: "By the epoch",
  arguments: {
    /** Schedule whose steps are steps of the training. */
    schedule: schedule(),
    /** Steps of an epoch. */
    stepsPerEpoch: duration(),
  },
  values: ({ schedule, stepsPerEpoch }) => {
    const step = stepAt(stepsPerEpoch);
    return (epoch) => schedule(step(epoch));
  },
  moments: ({ schedule, stepsPerEpoch }) => convertedBy(schedule.moments, epochAt(stepsPerEpoch)),
  end: ({ schedule, stepsPerEpoch }) => schedule.end / stepsPerEpoch,
  call: (schedule: Schedule, stepsPerEpoch: number) => ({ schedule, stepsPerEpoch }),
});
