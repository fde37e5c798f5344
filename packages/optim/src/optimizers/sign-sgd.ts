import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * signSGD: moves every weight by `lr` in the direction that lowers the loss, and ignores the gradient's size.
 *
 * When: gradients that are sent as one bit each, or as a baseline for Adam, which reduces to it without running means.
 * When not: small batches, where a gradient that is mostly noise still moves its weight by a whole step.
 *
 * `lr` is the step itself, in weight units: a tenth to a third of Adam's rate.
 */
export const signSgd = /* @__PURE__ */ defineOptimizer({
  name: "signSgd",
  title: "signSGD",
  paper: "https://arxiv.org/abs/1802.04434",
  hyperparameters: {
    /** Learning rate: size of every step in weight units. Default 1e-4. */
    lr: 1e-4,
  },
  rule: ["w = w - lr * sign(g)"],
});
