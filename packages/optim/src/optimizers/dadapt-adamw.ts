import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * D-Adaptation of AdamW: finds its own rate from a lower bound of the distance to the solution, which only grows.
 *
 * When: no time to tune a rate. When not: Prodigy, its successor, is faster; both keep about four numbers per weight.
 *
 * `lr` has no unit: leave it at 1, with a falling schedule if any. As in Optax, with bias correction; `d` stays the
 * same while all gradients are zero (Optax's becomes NaN).
 */
export const dadaptAdamw = /* @__PURE__ */ defineOptimizer({
  name: "dadaptAdamw",
  title: "D-Adapt AdamW",
  paper: "https://arxiv.org/abs/2301.07733",
  learningRateFree: true,
  hyperparameters: {
    /** Factor of the rate that the rule finds, without a unit; leave it at 1. Default 1. */
    lr: 1,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean of squared gradients kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Number added to the divisor, so that it is never 0. Default 1e-8. */
    eps: 1e-8,
    /** First estimate of the rate, before it adapts. Default 1e-6. */
    estimLr0: 1e-6,
    /** Decoupled weight decay: weights shrink by the rate times `weightDecay` per step. Default 0. */
    weightDecay: 0,
  },
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
