import { duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { reached } from "./time.ts";

/**
 * The same value at every step; or `factor` times it for the first `totalIters` steps, as PyTorch's `ConstantLR` (whose
 * default factor is 1/3; here it is 1). The baseline that every other schedule has to beat. A factor of 0 is allowed, and
 * `totalIters` must be above 0; PyTorch divides by 0 for the one, and keeps the factor for ever for the other.
 */
export const constant = /* @__PURE__ */ defineSchedule({
  name: "constant",
  title: "Constant",
  source: "https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ConstantLR.html",
  arguments: { base: number(), factor: optional(number(), 1), totalIters: optional(duration(), 5) },
  values:
    ({ base, factor, totalIters }) =>
    (step) =>
      reached(step, totalIters) ? base : base * factor,
  moments: ({ factor, totalIters }) =>
    factor === 1 ? [] : [{ name: "change to the base", step: totalIters, type: "change" }],
  end: ({ factor, totalIters }) => (factor === 1 ? 0 : totalIters),
});
