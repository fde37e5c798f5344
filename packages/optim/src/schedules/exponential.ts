import { number } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { power } from "./power.ts";

/**
 * Exponential annealing: the value is multiplied by `gamma` at every step, as PyTorch's `ExponentialLR`. With a gamma
 * above 1 it grows, up to the largest finite number.
 */
export const exponential = /* @__PURE__ */ defineSchedule({
  name: "exponential",
  title: "Exponential",
  source: "https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html",
  arguments: {
    /** Value at step 0. */
    base: number(),
    /** Factor per step. */
    gamma: number("[0, inf)"),
  },
  values:
    ({ base, gamma }) =>
    (step) =>
      power(base, gamma, step),
});
