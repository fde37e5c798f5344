import { numberAt } from "../number-at.ts";
import { milestones, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { power } from "./power.ts";
import { boundariesReached } from "./time.ts";

/**
 * The value is multiplied by `gamma` at each milestone, as PyTorch's `MultiStepLR`.
 * @example multiStep({ base: 0.1, milestones: [60, 120, 160], gamma: 0.2 }) // Wide ResNet's, in epochs
 */
export const multiStep = /* @__PURE__ */ defineSchedule({
  name: "multiStep",
  title: "Multi-step",
  source: "https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html",
  arguments: {
    /** Value before the first milestone. */
    base: number(),
    /** Steps of the changes, in rising order. */
    milestones: milestones(),
    /** Factor at each milestone. Default 0.1. */
    gamma: optional(number("[0, inf)"), 0.1),
  },
  values: ({ base, milestones, gamma }) => {
    const values = Array.from({ length: milestones.length + 1 }, (_, count) => power(base, gamma, count));
    return (step) => numberAt(values, boundariesReached(milestones, step));
  },
  moments: ({ milestones, gamma }) =>
    gamma === 1 ? [] : milestones.map((step) => ({ name: "milestone", step, type: "change" })),
  end: ({ milestones }) => milestones.at(-1) ?? 0,
});
