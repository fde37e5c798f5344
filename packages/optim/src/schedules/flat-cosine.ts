import { duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { interpolations } from "./interpolate.ts";
import { endOf } from "./moments.ts";
import { reached, since } from "./time.ts";

/**
 * The base for the first `pctStart` of the steps, then half a cosine down to `base / divFinal`, as fastai's
 * `fit_flat_cos`: for optimizers that need no warm-up, such as RAdam and Ranger.
 */
export const flatCosine = /* @__PURE__ */ defineSchedule({
  name: "flatCosine",
  title: "Flat, then cosine",
  source: "https://docs.fast.ai/callback.schedule.html#learner.fit_flat_cos",
  arguments: {
    /** Value of the flat part. */
    base: number(),
    /** Length of the schedule, in steps. */
    totalSteps: duration(),
    /** Share of the steps before the decay, in [0, 1]. Default 0.75. */
    pctStart: optional(number("[0, 1]"), 0.75),
    /** Base divided by the last value. Default 1e5. */
    divFinal: optional(number("(0, inf)"), 1e5),
  },
  values: ({ base, totalSteps, pctStart, divFinal }) => {
    const flat = pctStart * totalSteps;
    const last = base / divFinal;
    return (step) => {
      if (reached(step, totalSteps)) return last;
      return reached(step, flat) ? interpolations.cosine(base, last, since(step, flat) / (totalSteps - flat)) : base;
    };
  },
  moments: ({ base, totalSteps, pctStart, divFinal }) => [
    { name: "start of the decay", step: pctStart * totalSteps, type: "close" },
    endOf(totalSteps, base, base / divFinal),
  ],
  end: ({ totalSteps }) => totalSteps,
});
