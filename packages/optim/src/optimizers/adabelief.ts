import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * AdaBelief: Adam that divides by how far gradients are from their mean, not from zero: long steps where they agree.
 *
 * When: between Adam's speed and SGD's final accuracy on convolutional nets. When not: low noise, where the deviation,
 * and with it the division, nearly vanishes; raise `eps` there.
 *
 * `lr` is the size of a step in weight units where gradients are all noise, and more where they agree. As in Optax,
 * `epsRoot` is added to the stored deviation in every step.
 */
export const adabelief = /* @__PURE__ */ defineOptimizer({
  name: "adabelief",
  title: "AdaBelief",
  paper: "https://arxiv.org/abs/2010.07468",
  hyperparameters: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-16, epsRoot: 1e-16 },
  state: ["m", "s"],
  rule: [
    "m = beta1 * m + (1 - beta1) * g",
    "s = beta2 * s + (1 - beta2) * (g - m)^2 + epsRoot",
    "mHat = m / (1 - beta1^t)",
    "sHat = s / (1 - beta2^t)",
    "w = w - lr * mHat / (sqrt(sHat) + eps)",
  ],
});
