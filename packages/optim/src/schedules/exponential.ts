import { number } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { power } from "./power.ts";

/** Exponential annealing: times `gamma` at every step, as PyTorch's `ExponentialLR`. A gamma above 1
 * grows, up to the largest finite number. */
export const exponential = /* @__PURE__ */ defineSchedule({
  name: "exponential",
  title: "Exponential",
  source: "https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html",
  arguments: { base: number(), gamma: number("[0, inf)") },
  values:
    ({ base, gamma }) =>
    (step) =>
      power(base, gamma, step),
});
