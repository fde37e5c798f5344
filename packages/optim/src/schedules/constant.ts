import { duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { reached } from "./time.ts";

/**
 * The base at every step, or `factor` times the base in the first `totalIters` steps, as PyTorch's `ConstantLR` (whose
 * default factor is 1/3; here it is 1). The baseline that every other schedule has to beat. Two differences from
 * PyTorch: a factor of 0 is allowed (PyTorch divides by 0), and `totalIters` must be above 0 (with 0, PyTorch keeps the
 * factor forever).
 */
export const constant = /* @__PURE__ */ defineSchedule({
  name: "constant",
  title: "Constant",
  source: "https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ConstantLR.html",
  arguments: {
    /** Base value. */
    base: number(),
    /** Factor of the base in the first `totalIters` steps. Default 1. */
    factor: optional(number(), 1),
    /** Number of steps with the factor. Default 5. */
    totalIters: optional(duration(), 5),
  },
  values:
    ({ base, factor, totalIters }) =>
    (step) =>
      reached(step, totalIters) ? base : base * factor,
  moments: ({ factor, totalIters }) =>
    factor === 1 ? [] : [{ name: "change to the base", step: totalIters, type: "change" }],
  end: ({ factor, totalIters }) => (factor === 1 ? 0 : totalIters),
});
