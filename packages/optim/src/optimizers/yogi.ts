import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Yogi: Adam whose mean square moves by at most a share of the new square, so that it does not forget large gradients
 * at once.
 *
 * When: Adam diverges or is unstable late, on gradients that are mostly small with rare bursts. When not: Adam works.
 *
 * `lr` is about the size of a step in weight units; the paper uses 1e-2. Both means start at `initialAccumulatorValue`,
 * as in Optax, so a weight without gradient moves a little in its first steps.
 */
export const yogi = /* @__PURE__ */ defineOptimizer({
  name: "yogi",
  title: "Yogi",
  paper: "https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units. Default 1e-2. */
    lr: 1e-2,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean of squared gradients kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Number added to the divisor, so that it is never 0. Default 1e-3. */
    eps: 1e-3,
    /** Value with which both means start. Default 1e-6. */
    initialAccumulatorValue: 1e-6,
  },
  state: ["m", "v"],
  rule: [
    "m = beta1 * (t == 1 ? initialAccumulatorValue : m) + (1 - beta1) * g",
    "v = t == 1 ? initialAccumulatorValue : v",
    "v = v - (1 - beta2) * sign(v - g^2) * g^2",
    "mHat = m / (1 - beta1^t)",
    "vHat = v / (1 - beta2^t)",
    "w = w - lr * mHat / (sqrt(vHat) + eps)",
  ],
  ranges: { initialAccumulatorValue: "[0, inf)" },
});
