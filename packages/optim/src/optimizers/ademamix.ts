import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * AdEMAMix: AdamW with a second, very slow mean of gradients, which remembers tens of thousands of steps.
 *
 * When: long runs of language and vision transformers. When not: fewer steps than the slow mean needs, some 10 000.
 *
 * `lr` is about the size of a step in weight units; `alpha` is the weight of the slow mean. The paper raises `alpha`
 * and `beta3` slowly from 0 and `beta1`: use schedules. The slow mean has no bias correction.
 */
export const ademamix = /* @__PURE__ */ defineOptimizer({
  name: "ademamix",
  title: "AdEMAMix",
  paper: "https://arxiv.org/abs/2409.03137",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units; it also multiplies the weight decay. Default 1e-3. */
    lr: 1e-3,
    /** Share of the fast mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean of squared gradients kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Share of the slow mean of gradients kept per step, in [0, 1). Default 0.9999. */
    beta3: 0.9999,
    /** Weight of the slow mean in a step. Default 5. */
    alpha: 5,
    /** Number added to the divisor, so that it is never 0. Default 1e-8. */
    eps: 1e-8,
    /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 0. */
    weightDecay: 0,
  },
  state: ["m1", "m2", "v"],
  rule: [
    "m1 = beta1 * m1 + (1 - beta1) * g",
    "m2 = beta3 * m2 + (1 - beta3) * g",
    "v = beta2 * v + (1 - beta2) * g^2",
    "mHat = m1 / (1 - beta1^t) + alpha * m2",
    "vHat = v / (1 - beta2^t)",
    "w = w - lr * (mHat / (sqrt(vHat) + eps) + weightDecay * w)",
  ],
  ranges: { alpha: "[0, inf)" },
});
