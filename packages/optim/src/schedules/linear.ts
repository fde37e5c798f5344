import { duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { interpolations } from "./interpolate.ts";
import { endOf } from "./moments.ts";
import { reached } from "./time.ts";

/**
 * A line from `startFactor` to `endFactor` times the base in `totalIters` steps, as PyTorch's `LinearLR`; its defaults
 * are a warm-up of 5 steps. Factors may be any numbers, and `totalIters` must be above 0. PyTorch allows factors from 0
 * to 1, no `startFactor` of 0, and with a `totalIters` of 0 it keeps the first value forever.
 * @example linear({ base: 0.1, startFactor: 1, endFactor: 0, totalIters: 1000 }) // linear decay
 */
export const linear = /* @__PURE__ */ defineSchedule({
  name: "linear",
  title: "Linear",
  source: "https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html",
  arguments: {
    /** Base value. */
    base: number(),
    /** Factor of the base at step 0. Default 1 / 3. */
    startFactor: optional(number(), 1 / 3),
    /** Factor of the base from step `totalIters` on. Default 1. */
    endFactor: optional(number(), 1),
    /** Steps from the first factor to the last. Default 5. */
    totalIters: optional(duration(), 5),
  },
  values:
    ({ base, startFactor, endFactor, totalIters }) =>
    (step) =>
      base * (reached(step, totalIters) ? endFactor : interpolations.linear(startFactor, endFactor, step / totalIters)),
  moments: ({ base, startFactor, endFactor, totalIters }) => [endOf(totalIters, base * startFactor, base * endFactor)],
  end: ({ totalIters }) => totalIters,
});
