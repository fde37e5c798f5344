import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * AdaBelief: Adam that divides by the deviation of gradients from their mean instead of their size: long steps where
 * gradients agree.
 *
 * When: as a compromise between Adam's speed and SGD's final accuracy on convolutional networks. When not: low noise,
 * where the deviation nearly vanishes and steps become too long; raise `eps` there.
 *
 * `lr` is the size of a step in weight units where gradients are only noise, and larger where they agree.
 * As in Optax, `epsRoot` is added to the stored deviation in every step.
 */
export const adabelief = /* @__PURE__ */ defineOptimizer({
  name: "adabelief",
  title: "AdaBelief",
  paper: "https://arxiv.org/abs/2010.07468",
  hyperparameters: {
    /** Learning rate: size of a step in weight units where gradients are only noise; larger where they agree. Default 1e-3. */
    lr: 1e-3,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean squared deviation kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Number added to the divisor, so that it is never 0. Default 1e-16. */
    eps: 1e-16,
    /** Number added to the mean squared deviation in every step. Default 1e-16. */
    epsRoot: 1e-16,
  },
  state: ["m", "s"],
  rule: [
    "m = beta1 * m + (1 - beta1) * g",
    "s = beta2 * s + (1 - beta2) * (g - m)^2 + epsRoot",
    "mHat = m / (1 - beta1^t)",
    "sHat = s / (1 - beta2^t)",
    "w = w - lr * mHat / (sqrt(sHat) + eps)",
  ],
});
