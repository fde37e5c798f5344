import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * RAdam: Adam with a built-in warm-up: while too few squares are averaged for a reliable mean, it uses momentum only,
 * and then it divides by them more and more.
 *
 * When: Adam would need a warm-up schedule. When not: there is one already; then use Adam.
 *
 * `lr` is about the size of a step in weight units from the sixth step on (at the default `beta2`); for the first five
 * it is in weight units per unit of gradient. As in PyTorch, eps is added before bias correction.
 */
export const radam = /* @__PURE__ */ defineOptimizer({
  name: "radam",
  title: "RAdam",
  paper: "https://arxiv.org/abs/1908.03265",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units, after the first steps. Default 1e-3. */
    lr: 1e-3,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean of squared gradients kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Number added to the divisor, so that it is never 0. Default 1e-8. */
    eps: 1e-8,
    /** Weight decay: an L2 penalty, or decoupled with `decoupledWeightDecay`. Default 0. */
    weightDecay: 0,
    /** True to decay the weights themselves, as AdamW does, instead of adding to the gradient. Default false. */
    decoupledWeightDecay: false,
  },
  state: ["m", "v"],
  rule: [
    "g = decoupledWeightDecay ? g : g + weightDecay * w",
    "w = decoupledWeightDecay ? w * (1 - lr * weightDecay) : w",
    "m = beta1 * m + (1 - beta1) * g",
    "v = beta2 * v + (1 - beta2) * g^2",
    "mHat = m / (1 - beta1^t)",
    "rhoMax = 2 / (1 - beta2) - 1",
    "rho = rhoMax - 2 * t * beta2^t / (1 - beta2^t)",
    "r = sqrt((rho - 4) * (rho - 2) * rhoMax / ((rhoMax - 4) * (rhoMax - 2) * rho))",
    "w = w - lr * mHat * (rho > 5 ? r * sqrt(1 - beta2^t) / (sqrt(v) + eps) : 1)",
  ],
});
