import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Adadelta: RMSprop whose steps take their size from the steps before them, so that it needs no learning rate.
 *
 * When: nothing is known of a good rate and there is time. When not: short runs; steps start at about `sqrt(eps)` and
 * take long to grow. Adam is faster nearly everywhere.
 *
 * `lr` has no unit: 1 takes the steps as they are. Keras's default of 1e-3 makes them a thousand times shorter.
 */
export const adadelta = /* @__PURE__ */ defineOptimizer({
  name: "adadelta",
  title: "Adadelta",
  paper: "https://arxiv.org/abs/1212.5701",
  learningRateFree: true,
  hyperparameters: { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0 },
  state: ["v", "uMean"],
  rule: [
    "g = g + weightDecay * w",
    "v = rho * v + (1 - rho) * g^2",
    "u = sqrt(uMean + eps) / sqrt(v + eps) * g",
    "uMean = rho * uMean + (1 - rho) * u^2",
    "w = w - lr * u",
  ],
});
