import { duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { power } from "./power.ts";
import { wholeLengths } from "./time.ts";

/**
 * Step-wise annealing: the value is multiplied by `gamma` every `stepSize` steps, as PyTorch's `StepLR`. The classic
 * schedule of the first ResNets; cosine annealing has no steps to choose and is rarely worse.
 * @example step({ base: 0.1, stepSize: 30 }) // 0.1 for 30 steps, then 0.01, then 0.001
 */
export const step = /* @__PURE__ */ defineSchedule({
  name: "step",
  title: "Step",
  source: "https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html",
  arguments: {
    /** Value of the first `stepSize` steps. */
    base: number(),
    /** Steps between two changes. */
    stepSize: duration(),
    /** Factor at each change. Default 0.1. */
    gamma: optional(number("[0, inf)"), 0.1),
  },
  values:
    ({ base, stepSize, gamma }) =>
    (at) =>
      power(base, gamma, wholeLengths(at, stepSize)),
  moments: ({ stepSize, gamma }) => (gamma === 1 ? [] : [{ name: "first change", step: stepSize, type: "change" }]),
});
