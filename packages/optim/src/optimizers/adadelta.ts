import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Adadelta: RMSprop whose steps take their size from the previous steps, so that it needs no learning rate.
 *
 * When: nothing is known about a good rate and there is time. When not: short runs; steps start at about `sqrt(eps)`
 * and take long to grow. Adam is faster nearly everywhere.
 *
 * `lr` has no unit: 1 takes the steps as the rule computes them. Keras's default of 1e-3 makes them a thousand times
 * shorter.
 */
export const adadelta = /* @__PURE__ */ defineOptimizer({
  name: "adadelta",
  title: "Adadelta",
  paper: "https://arxiv.org/abs/1212.5701",
  learningRateFree: true,
  hyperparameters: {
    /** Factor of each step, without a unit; 1 takes the steps as the rule computes them. Default 1. */
    lr: 1,
    /** Share of the mean squares kept per step, in [0, 1]. Default 0.9. */
    rho: 0.9,
    /** Number added inside both square roots; the first steps are about `sqrt(eps)` long. Default 1e-6. */
    eps: 1e-6,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
  },
  state: ["v", "uMean"],
  rule: [
    "g = g + weightDecay * w",
    "v = rho * v + (1 - rho) * g^2",
    "u = sqrt(uMean + eps) / sqrt(v + eps) * g",
    "uMean = rho * uMean + (1 - rho) * u^2",
    "w = w - lr * u",
  ],
});
