import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * DoG: SGD whose rate is the largest distance from the initial weights, divided by the root of the sum of all squared
 * gradient norms (distance over gradients).
 *
 * When: no time to tune a rate, above all for fine-tuning. When not: gradients of very different scales, as in attention,
 * where Prodigy or Adam is better.
 *
 * `lr` has no unit: leave it at 1. The authors evaluate with an average of the weights: `exponentialMovingAverage(dog(),
 * { averageDecay: (step) => step / (step + 9) })`. With batch normalization they start with a `repsRel` of 1e-4.
 */
export const dog = /* @__PURE__ */ defineOptimizer({
  name: "dog",
  title: "DoG",
  paper: "https://arxiv.org/abs/2302.12022",
  learningRateFree: true,
  hyperparameters: {
    /** Factor of the rate that the rule finds, without a unit; leave it at 1. Default 1. */
    lr: 1,
    /** First distance, as a share of 1 plus the norm of the initial weights. Default 1e-6. */
    repsRel: 1e-6,
    /** Number added to the sum of squared gradient norms. Default 1e-8. */
    eps: 1e-8,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
    /** True for a rate of each tensor by its own distance and gradients (L-DoG). Default false. */
    layerwise: false,
  },
  state: ["start", "distance", "gradients"],
  uses: [reductions],
  rule: [
    "g = g + weightDecay * w",
    "start = t == 1 ? w : start",
    "first = repsRel * (1 + (layerwise ? norm(w) : totalNorm(w)))",
    "distance = t == 1 ? first : max(distance, layerwise ? norm(w - start) : totalNorm(w - start))",
    "gradients = gradients + (layerwise ? sum(g^2) : totalSum(g^2))",
    "w = w - lr * distance / sqrt(gradients + eps) * g",
  ],
  ranges: { repsRel: "(0, inf)" },
});
