import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * D-Adaptation of AdamW: finds its own rate, from a lower bound of the distance to the solution that only grows.
 *
 * When: no time to tune a rate. When not: Prodigy, its successor, is faster; both have four numbers a weight or nearly.
 *
 * `lr` has no unit: leave it at 1, with a falling schedule if any. As in Optax, with bias correction; `d` stays where it
 * is while all gradients are zero (Optax's becomes NaN).
 */
export const dadaptAdamw = /* @__PURE__ */ defineOptimizer({
  name: "dadaptAdamw",
  title: "D-Adapt AdamW",
  paper: "https://arxiv.org/abs/2301.07733",
  learningRateFree: true,
  hyperparameters: { lr: 1, beta1: 0.9, beta2: 0.999, eps: 1e-8, estimLr0: 1e-6, weightDecay: 0 },
  state: ["d", "r", "m", "v", "s"],
  uses: [reductions],
  rule: [
    "keep = sqrt(beta2)",
    "d = t == 1 ? estimLr0 : d",
    "rate = d * lr * sqrt(1 - beta2^t) / (1 - beta1^t)",
    "r = keep * r + (1 - keep) * totalSum(rate * g * s / (sqrt(v) + eps))",
    "m = beta1 * m + (1 - beta1) * rate * g",
    "v = beta2 * v + (1 - beta2) * g^2",
    "s = keep * s + (1 - keep) * rate * g",
    "length = totalSum(abs(s))",
    "d = length == 0 ? d : max(d, r / ((1 - keep) * length))",
    "w = w - rate * weightDecay * w - m / (sqrt(v) + eps)",
  ],
  ranges: { estimLr0: "(0, inf)" },
});
