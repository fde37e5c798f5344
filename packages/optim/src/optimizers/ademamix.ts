import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * AdEMAMix: AdamW with a second, very slow mean of gradients, which remembers tens of thousands of steps.
 *
 * When: long runs of language and vision transformers. When not: fewer steps than the slow mean needs, some 10 000.
 *
 * `lr` is about the size of a step in weight units, `alpha` the slow mean's weight. The paper raises `alpha` and
 * `beta3` slowly from 0 and `beta1`: give them schedules. The slow mean has no bias correction.
 */
export const ademamix = /* @__PURE__ */ defineOptimizer({
  name: "ademamix",
  title: "AdEMAMix",
  paper: "https://arxiv.org/abs/2409.03137",
  hyperparameters: {
    lr: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    beta3: 0.9999,
    alpha: 5,
    eps: 1e-8,
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
