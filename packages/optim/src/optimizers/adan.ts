import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Adan: Adam with Nesterov's look-ahead estimated from the difference of gradients, so that none is evaluated twice.
 *
 * When: vision transformers and large batches, at rates that Adam does not bear. When not: memory is short; it keeps
 * four numbers a weight.
 *
 * `lr` is about the size of a step in weight units. Betas are shares kept, as in Optax: the paper's are `1 - beta`, and
 * its code multiplies differences by `beta2` where this one, as Optax, takes `1 - beta2`.
 */
export const adan = /* @__PURE__ */ defineOptimizer({
  name: "adan",
  title: "Adan",
  paper: "https://arxiv.org/abs/2208.06677",
  hyperparameters: {
    lr: 1e-3,
    beta1: 0.98,
    beta2: 0.92,
    beta3: 0.99,
    eps: 1e-8,
    epsRoot: 1e-8,
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
