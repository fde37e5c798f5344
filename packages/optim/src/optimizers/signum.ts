import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Signum: signSGD with momentum; moves every weight by `lr` against the sign of the gradient's running mean.
 *
 * When: signSGD on small batches, whose noise the mean averages out. When not: the last part of a run at a constant
 * rate, because steps do not shrink by themselves; let the rate fall to zero.
 *
 * `lr` is the step itself, in weight units: a tenth to a third of Adam's rate.
 */
export const signum = /* @__PURE__ */ defineOptimizer({
  name: "signum",
  title: "Signum",
  paper: "https://arxiv.org/abs/1802.04434",
  hyperparameters: {
    /** Learning rate: size of every step in weight units. Default 1e-4. */
    lr: 1e-4,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta: 0.9,
  },
  state: ["m"],
  rule: ["m = beta * m + (1 - beta) * g", "w = w - lr * sign(m)"],
});
