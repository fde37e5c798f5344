import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * QHAdam: Adam whose step mixes the mean of gradients with the newest gradient, and likewise for squares.
 *
 * When: Adam with a longer memory (`beta1` 0.995) that still reacts quickly, because the newest gradient counts. When
 * not: one more hyperparameter to tune is too many.
 *
 * `lr` is about the size of a step in weight units. Defaults are the paper's advice; `nu1: 1, nu2: 1` is Adam, and
 * `nu1: 0` is RMSprop with bias correction. Weight decay is L2, as in Adam.
 */
export const qhadam = /* @__PURE__ */ defineOptimizer({
  name: "qhadam",
  title: "QHAdam",
  paper: "https://arxiv.org/abs/1810.06801",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units. Default 1e-3. */
    lr: 1e-3,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.995. */
    beta1: 0.995,
    /** Share of the mean of squared gradients kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Share of the mean of gradients in a step, in [0, 1]; the rest is the newest gradient. Default 0.7. */
    nu1: 0.7,
    /** Share of the mean square in the divisor, in [0, 1]; the rest is the newest square. Default 1. */
    nu2: 1,
    /** Number added to the divisor, so that it is never 0. Default 1e-8. */
    eps: 1e-8,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
  },
  state: ["m", "v"],
  rule: [
    "g = g + weightDecay * w",
    "m = beta1 * m + (1 - beta1) * g",
    "v = beta2 * v + (1 - beta2) * g^2",
    "mHat = (1 - nu1) * g + nu1 * m / (1 - beta1^t)",
    "vHat = (1 - nu2) * g^2 + nu2 * v / (1 - beta2^t)",
    "w = w - lr * mHat / (sqrt(vHat) + eps)",
  ],
  ranges: { nu1: "[0, 1]", nu2: "[0, 1]" },
});
