import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * ASGD: SGD at a slowly falling rate, with a running average of the weights to evaluate with (Polyak and Juditsky).
 *
 * When: noisy gradients of a nearly convex problem; the average starts after `t0` steps, so set `t0` to where the loss
 * levels off. When not: deep nets from scratch; SGD with a falling rate does as well and needs no second copy.
 *
 * `lr` is in weight units per unit of gradient. As in PyTorch, the rate of a step is computed in the one before (a
 * schedule acts one step late) and kept in float32, and so is the average's weight; `lambd` decays the weights.
 */
export const asgd = /* @__PURE__ */ defineOptimizer({
  name: "asgd",
  title: "ASGD",
  paper: "https://doi.org/10.1137/0330046",
  hyperparameters: { lr: 1e-2, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0 },
  state: ["nextRate", "ax"],
  rule: [
    "g = g + weightDecay * w",
    "rate = t == 1 ? float32(lr) : nextRate",
    "mu = float32(1 / max(1, t - 1 - t0))",
    "w = w * (1 - lambd * rate) - rate * g",
    "ax = mu == 1 ? w : ax + mu * (w - ax)",
    "nextRate = float32(lr / (1 + lambd * lr * t)^alpha)",
  ],
  evaluation: "ax",
  ranges: { lambd: "[0, inf)", alpha: "[0, inf)", t0: "[0, inf)" },
});
