import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * Prodigy: Adam that finds its own rate: it raises `d`, an estimate of how far the weights are from the solution, as
 * long as gradients keep pointing away from the start.
 *
 * When: no time to tune a rate; fine-tuning of diffusion models. When not: memory is short (four numbers a weight), or
 * the gradient noise is so high that the estimate runs away.
 *
 * `lr` has no unit: leave it at 1, with a falling schedule if any. Bias correction is on, as in Optax; `beta3` 0 is
 * `sqrt(beta2)`. `d` stays where it is while all gradients are zero (Optax's becomes NaN).
 */
export const prodigy = /* @__PURE__ */ defineOptimizer({
  name: "prodigy",
  title: "Prodigy",
  paper: "https://arxiv.org/abs/2306.06101",
  learningRateFree: true,
  hyperparameters: {
    lr: 1,
    beta1: 0.9,
    beta2: 0.999,
    beta3: 0,
    eps: 1e-8,
    estimLr0: 1e-6,
    estimLrCoef: 1,
    weightDecay: 0,
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
