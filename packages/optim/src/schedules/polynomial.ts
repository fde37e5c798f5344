import { duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { endOf } from "./moments.ts";
import { reached } from "./time.ts";

/**
 * From the base to `endValue` in `totalIters` steps along `(1 - step / totalIters)^power`, as PyTorch's `PolynomialLR`
 * (whose end is 0; Keras's `PolynomialDecay` has one). A power of 1 is a line; a higher one falls early. Power and
 * `totalIters` must be above 0: with 0 for either, PyTorch never leaves the base.
 */
export const polynomial = /* @__PURE__ */ defineSchedule({
  name: "polynomial",
  title: "Polynomial",
  source: "https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.PolynomialLR.html",
  arguments: {
    /** Value at step 0. */
    base: number(),
    /** Steps from the base to `endValue`. Default 5. */
    totalIters: optional(duration(), 5),
    /** Power of the curve, above 0; 1 is a line. Default 1. */
    power: optional(number("(0, inf)"), 1),
    /** Value from step `totalIters` on. Default 0. */
    endValue: optional(number(), 0),
  },
  values:
    ({ base, totalIters, power, endValue }) =>
    (step) =>
      reached(step, totalIters) ? endValue : endValue + (base - endValue) * (1 - step / totalIters) ** power,
  moments: ({ base, totalIters, endValue }) => [endOf(totalIters, base, endValue)],
  end: ({ totalIters }) => totalIters,
});
