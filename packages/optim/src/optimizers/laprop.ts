import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * LaProp: Adam that divides each gradient by its scale before the momentum instead of after it, so that an old gradient
 * keeps the scale of its own time.
 *
 * When: Adam is unstable, or a momentum near 1 is needed with a `beta2` of its own. When not: Adam trains well, because
 * the two are then about equal.
 *
 * `lr` is about the size of a step in weight units, as Adam's. The momentum contains the rate, and its bias correction
 * follows a schedule, as in the authors' code: a lower rate applies to new gradients only. Decay is decoupled and follows
 * the step.
 */
export const laprop = /* @__PURE__ */ defineOptimizer({
  name: "laprop",
  title: "LaProp",
  paper: "https://arxiv.org/abs/2002.04839",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units; it also multiplies the weight decay. Default 4e-4. */
    lr: 4e-4,
    /** Share of the mean of normalized gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean of squared gradients kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Number added to the divisor, so that it is never 0. Default 1e-15. */
    eps: 1e-15,
    /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 0. */
    weightDecay: 0,
  },
  state: ["m", "v", "rate"],
  rule: [
    "v = beta2 * v + (1 - beta2) * g^2",
    "vHat = v / (1 - beta2^t)",
    "m = beta1 * m + (1 - beta1) * lr * g / (sqrt(vHat) + eps)",
    "rate = beta1 * rate + (1 - beta1) * lr",
    "w = w - (lr == 0 ? 1 : lr / rate) * m",
    "w = w * (1 - lr * weightDecay)",
  ],
});
