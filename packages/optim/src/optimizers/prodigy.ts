import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * Prodigy: Adam that finds its own rate: it raises `d`, an estimate of the distance of the weights from the solution,
 * while gradients keep pointing away from the start.
 *
 * When: no time to tune a rate; fine-tuning of diffusion models. When not: memory is short (four numbers per weight),
 * or the gradient noise is so high that the estimate grows without bound.
 *
 * `lr` has no unit: leave it at 1, with a falling schedule if any. Bias correction is on, as in Optax; `beta3` 0 is
 * `sqrt(beta2)`. `d` stays the same while all gradients are zero (Optax's becomes NaN).
 */
export const prodigy = /* @__PURE__ */ defineOptimizer({
  name: "prodigy",
  title: "Prodigy",
  paper: "https://arxiv.org/abs/2306.06101",
  learningRateFree: true,
  hyperparameters: {
    /** Factor of the rate that the rule finds, without a unit; leave it at 1. Default 1. */
    lr: 1,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean of squared gradients kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Share of the estimate's running sums kept per step, in [0, 1); 0 means `sqrt(beta2)`. Default 0. */
    beta3: 0,
    /** Number added to the divisor, so that it is never 0. Default 1e-8. */
    eps: 1e-8,
    /** First estimate of the rate, before it adapts. Default 1e-6. */
    estimLr0: 1e-6,
    /** Factor of the estimated rate. Default 1. */
    estimLrCoef: 1,
    /** Decoupled weight decay: weights shrink by the rate times `weightDecay` per step. Default 0. */
    weightDecay: 0,
    /** True to leave a warm-up of `lr` out of the estimate. Default false. */
    safeguardWarmup: false,
  },
  state: ["d", "r", "start", "m", "v", "s"],
  uses: [reductions],
  rule: [
    "keep = beta3 == 0 ? sqrt(beta2) : beta3",
    "d = t == 1 ? estimLr0 : d",
    "rate = d * lr * sqrt(1 - beta2^t) / (1 - beta1^t)",
    "start = t == 1 ? w : start",
    "m = beta1 * m + (1 - beta1) * d * g",
    "v = beta2 * v + (1 - beta2) * (d * g)^2",
    "s = keep * s + (safeguardWarmup ? d : rate) * d / estimLr0 * g",
    "r = keep * r + d / estimLr0 * totalSum(rate * g * (start - w))",
    "length = totalSum(abs(s))",
    "d = length == 0 ? d : max(d, estimLrCoef * r / length)",
    "w = w - rate * (m / (sqrt(v) + d * eps) + weightDecay * w)",
  ],
  ranges: { estimLr0: "(0, inf)", estimLrCoef: "(0, inf)" },
});
