import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Adamax: Adam that divides by the largest recent gradient instead of the root of their mean square.
 *
 * When: gradients with rare large values, such as those of embeddings. When not: otherwise Adam is better known.
 *
 * `lr` bounds the size of a step in weight units. Eps is inside of the maximum, as in PyTorch; Keras adds it after.
 */
export const adamax = /* @__PURE__ */ defineOptimizer({
  name: "adamax",
  title: "Adamax",
  paper: "https://arxiv.org/abs/1412.6980",
  hyperparameters: { lr: 2e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
  state: ["m", "u"],
  rule: [
    "g = g + weightDecay * w",
    "m = beta1 * m + (1 - beta1) * g",
    "u = max(beta2 * u, abs(g) + eps)",
    "w = w - lr * m / ((1 - beta1^t) * u)",
  ],
});
