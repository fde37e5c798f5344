import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * AdamW: Adam with decoupled weight decay, which acts on the weights directly and is not divided by the gradient's
 * scale.
 *
 * When: the default for transformers, and for any network that needs regularization. When not: without weight decay it
 * is Adam; on convolutional networks tuned SGD with momentum often ends better.
 *
 * `lr` is about the size of a step in weight units. As in PyTorch, the decay comes before the step and is multiplied by
 * the rate (the paper's is not): it follows the schedule, and halving `lr` requires twice the `weightDecay`.
 */
export const adamw = /* @__PURE__ */ defineOptimizer({
  name: "adamw",
  title: "AdamW",
  paper: "https://arxiv.org/abs/1711.05101",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units; it also multiplies the weight decay. Default 1e-3. */
    lr: 1e-3,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean of squared gradients kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Number added to the divisor, so that it is never 0. Default 1e-8. */
    eps: 1e-8,
    /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 1e-2. */
    weightDecay: 1e-2,
    /** True to divide by the largest mean square so far. Default false. */
    amsgrad: false,
  },
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
