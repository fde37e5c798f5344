import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * AdamaxW: Adamax with decoupled weight decay, as in AdamW.
 *
 * When: Adamax on a network that needs regularization. When not: without weight decay it is Adamax.
 *
 * `lr` is an upper bound of a step in weight units, and multiplies the decay. The rule and the default decay of 1e-4
 * are Optax's.
 */
export const adamaxw = /* @__PURE__ */ defineOptimizer({
  name: "adamaxw",
  title: "AdamaxW",
  paper: "https://arxiv.org/abs/1711.05101",
  hyperparameters: {
    /** Learning rate: upper bound of a step in weight units; it also multiplies the weight decay. Default 2e-3. */
    lr: 2e-3,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Decay of the largest gradient per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Number added to the gradient's magnitude before the maximum. Default 1e-8. */
    eps: 1e-8,
    /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 1e-4. */
    weightDecay: 1e-4,
  },
  state: ["m", "u"],
  rule: [
    "m = beta1 * m + (1 - beta1) * g",
    "u = max(beta2 * u, abs(g) + eps)",
    "w = w - lr * (m / ((1 - beta1^t) * u) + weightDecay * w)",
  ],
});
