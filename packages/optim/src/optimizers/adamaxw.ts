import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * AdamaxW: Adamax whose weight decay acts on the weights themselves, as AdamW's does.
 *
 * When: Adamax on a net that is to be regularised. When not: without weight decay it is Adamax.
 *
 * `lr` bounds the size of a step in weight units, and multiplies the decay. Optax's, with its default of 1e-4.
 */
export const adamaxw = /* @__PURE__ */ defineOptimizer({
  name: "adamaxw",
  title: "AdamaxW",
  paper: "https://arxiv.org/abs/1711.05101",
  hyperparameters: { lr: 2e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 1e-4 },
  state: ["m", "u"],
  rule: [
    "m = beta1 * m + (1 - beta1) * g",
    "u = max(beta2 * u, abs(g) + eps)",
    "w = w - lr * (m / ((1 - beta1^t) * u) + weightDecay * w)",
  ],
});
