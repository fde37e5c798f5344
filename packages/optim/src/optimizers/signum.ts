import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Signum: signSGD with momentum; every weight moves by `lr`, against the sign of the gradient's mean.
 *
 * When: signSGD on small batches, whose noise the mean evens out. When not: the last stretch of a run at a constant
 * rate, as steps do not shrink by themselves; let the rate fall to zero.
 *
 * `lr` is the step itself, in weight units: a tenth to a third of Adam's rate.
 */
export const signum = /* @__PURE__ */ defineOptimizer({
  name: "signum",
  title: "Signum",
  paper: "https://arxiv.org/abs/1802.04434",
  hyperparameters: { lr: 1e-4, beta: 0.9 },
  state: ["m"],
  rule: ["m = beta * m + (1 - beta) * g", "w = w - lr * sign(m)"],
});
