import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * DoWG: gradient descent whose rate is the squared distance from the initial weights, divided by the root of the sum of
 * squared gradient norms weighted by that distance: DoG that forgets gradients from the time near the start.
 *
 * When: no time to tune a rate, and DoG starts too slowly. When not: gradients of very different scales, where Prodigy or
 * Adam is better; noise near the end, because DoWG's rate falls more slowly than DoG's.
 *
 * `lr` has no unit: leave it at 1, with a falling schedule if any. `eps` is the first squared distance too, as in the
 * authors' code.
 */
export const dowg = /* @__PURE__ */ defineOptimizer({
  name: "dowg",
  title: "DoWG",
  paper: "https://arxiv.org/abs/2305.16284",
  learningRateFree: true,
  hyperparameters: {
    /** Factor of the rate that the rule finds, without a unit; leave it at 1. Default 1. */
    lr: 1,
    /** First squared distance, and number added to the divisor. Default 1e-4. */
    eps: 1e-4,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
  },
  state: ["start", "distance", "gradients"],
  uses: [reductions],
  rule: [
    "g = g + weightDecay * w",
    "start = t == 1 ? w : start",
    "distance = max(t == 1 ? eps : distance, totalSum((w - start)^2))",
    "gradients = gradients + distance * totalSum(g^2)",
    "w = w - lr * distance / (sqrt(gradients) + eps) * g",
  ],
  ranges: { eps: "(0, inf)" },
});
