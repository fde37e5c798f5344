import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * ASGD: SGD with a slowly falling rate, and a running average of the weights for evaluation (Polyak and Juditsky).
 *
 * When: noisy gradients of a nearly convex problem. The average starts after `t0` steps, so set `t0` to the step at
 * which the loss levels off. When not: deep networks from scratch; SGD with a falling rate does as well and needs no
 * second copy.
 *
 * `lr` is in weight units per unit of gradient. As in PyTorch, the rate of a step is computed in the previous one (a
 * schedule acts one step late) and kept in float32, like the average's weight; `lambd` decays the weights.
 */
export const asgd = /* @__PURE__ */ defineOptimizer({
  name: "asgd",
  title: "ASGD",
  paper: "https://doi.org/10.1137/0330046",
  hyperparameters: {
    /** Learning rate, in weight units per unit of gradient. Default 1e-2. */
    lr: 1e-2,
    /** Decay of the weights and of the rate. Default 1e-4. */
    lambd: 1e-4,
    /** Power with which the rate falls. Default 0.75. */
    alpha: 0.75,
    /** Step after which averaging starts. Default 1e6. */
    t0: 1e6,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
  },
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
