import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * AdamW: Adam whose weight decay acts on the weights themselves, so that the gradient's scale does not divide it away.
 *
 * When: the default for transformers, and for any net that is to be regularised. When not: without weight decay it is
 * Adam; on convolutional nets tuned SGD with momentum often ends better.
 *
 * `lr` is about the size of a step in weight units. As in PyTorch, decay comes before the step and is multiplied by the
 * rate (the paper's is not): it follows the schedule, and halving `lr` needs twice the `weightDecay`.
 */
export const adamw = /* @__PURE__ */ defineOptimizer({
  name: "adamw",
  title: "AdamW",
  paper: "https://arxiv.org/abs/1711.05101",
  hyperparameters: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 1e-2, amsgrad: false },
  state: ["m", "v", "vMax"],
  rule: [
    "w = w * (1 - lr * weightDecay)",
    "m = beta1 * m + (1 - beta1) * g",
    "v = beta2 * v + (1 - beta2) * g^2",
    "vMax = amsgrad ? max(vMax, v) : v",
    "mHat = m / (1 - beta1^t)",
    "vHat = vMax / (1 - beta2^t)",
    "w = w - lr * mHat / (sqrt(vHat) + eps)",
  ],
});
