import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Adamax: Adam that divides by the largest recent gradient instead of the root of the mean square.
 *
 * When: gradients with rare large values, such as those of embeddings. When not: elsewhere Adam is better known.
 *
 * `lr` is an upper bound of a step in weight units. Eps is inside the maximum, as in PyTorch; Keras adds it after.
 */
export const adamax = /* @__PURE__ */ defineOptimizer({
  name: "adamax",
  title: "Adamax",
  paper: "https://arxiv.org/abs/1412.6980",
  hyperparameters: {
    /** Learning rate: upper bound of a step in weight units. Default 2e-3. */
    lr: 2e-3,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Decay of the largest gradient per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Number added to the gradient's magnitude before the maximum. Default 1e-8. */
    eps: 1e-8,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
  },
  state: ["m", "u"],
  rule: [
    "g = g + weightDecay * w",
    "m = beta1 * m + (1 - beta1) * g",
    "u = max(beta2 * u, abs(g) + eps)",
    "w = w - lr * m / ((1 - beta1^t) * u)",
  ],
});
