import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Adan: Adam with Nesterov's look-ahead, estimated from the difference of gradients so that no second gradient is
 * needed.
 *
 * When: vision transformers and large batches, at rates at which Adam diverges. When not: memory is short; it keeps
 * four numbers per weight.
 *
 * `lr` is about the size of a step in weight units. Betas are the shares kept, as in Optax: the paper's are `1 - beta`,
 * and its code multiplies differences by `beta2` where this rule, as Optax, uses `1 - beta2`.
 */
export const adan = /* @__PURE__ */ defineOptimizer({
  name: "adan",
  title: "Adan",
  paper: "https://arxiv.org/abs/2208.06677",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units; it also multiplies the weight decay. Default 1e-3. */
    lr: 1e-3,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.98. */
    beta1: 0.98,
    /** Share of the mean of gradient differences kept per step, in [0, 1). Default 0.92. */
    beta2: 0.92,
    /** Share of the mean square kept per step, in [0, 1). Default 0.99. */
    beta3: 0.99,
    /** Number added to the divisor, so that it is never 0. Default 1e-8. */
    eps: 1e-8,
    /** Number added inside the square root. Default 1e-8. */
    epsRoot: 1e-8,
    /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 0. */
    weightDecay: 0,
  },
  state: ["m", "v", "n", "previous"],
  rule: [
    "d = t == 1 ? 0 : g - previous",
    "m = beta1 * m + (1 - beta1) * g",
    "v = beta2 * v + (1 - beta2) * d",
    "n = beta3 * n + (1 - beta3) * (g + (1 - beta2) * d)^2",
    "previous = g",
    "mHat = m / (1 - beta1^t) + (1 - beta2) * v / (1 - beta2^t)",
    "nHat = n / (1 - beta3^t)",
    "w = w - lr * (mHat / (sqrt(nHat + epsRoot) + eps) + weightDecay * w)",
  ],
});
