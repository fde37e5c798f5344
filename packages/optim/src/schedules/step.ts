import { duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { power } from "./power.ts";
import { wholeLengths } from "./time.ts";

/**
 * Step-wise annealing: times `gamma` every `stepSize` steps, as PyTorch's `StepLR`. The classic of ResNet's time; cosine
 * annealing needs no choice of the places and is rarely worse.
 * @example step({ base: 0.1, stepSize: 30 }) // 0.1 for 30 steps, then 0.01, then 0.001
 */
export const step = /* @__PURE__ */ defineSchedule({
  name: "step",
  title: "Step",
  source: "https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html",
  arguments: { base: number(), stepSize: duration(), gamma: optional(number("[0, inf)"), 0.1) },
  values:
    ({ base, stepSize, gamma }) =>
    (at) =>
      power(base, gamma, wholeLengths(at, stepSize)),
  moments: ({ stepSize, gamma }) => (gamma === 1 ? [] : [{ name: "first change", step: stepSize, type: "change" }]),
});
