import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * NAdam: Adam with Nesterov's look-ahead: the step uses the momentum of the next step.
 *
 * When: wherever Adam works, often slightly faster; with decoupled weight decay it was the baseline of the AlgoPerf
 * contest. When not: results must compare with Adam's.
 *
 * `lr` is about the size of a step in weight units. Momentum warms up by `momentumDecay` as in the paper and PyTorch
 * (Optax's does not), and the product of its values is kept in float32 as in PyTorch.
 */
export const nadam = /* @__PURE__ */ defineOptimizer({
  name: "nadam",
  title: "NAdam",
  paper: "https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units. Default 2e-3. */
    lr: 2e-3,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean of squared gradients kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Number added to the divisor, so that it is never 0. Default 1e-8. */
    eps: 1e-8,
    /** Weight decay: an L2 penalty, or decoupled with `decoupledWeightDecay`. Default 0. */
    weightDecay: 0,
    /** Speed with which the momentum warms up. Default 4e-3. */
    momentumDecay: 4e-3,
    /** True to decay the weights themselves, as AdamW does, instead of adding to the gradient. Default false. */
    decoupledWeightDecay: false,
  },
  state: ["m", "v", "muProduct"],
  rule: [
    "g = decoupledWeightDecay ? g : g + weightDecay * w",
    "w = decoupledWeightDecay ? w * (1 - lr * weightDecay) : w",
    "mu = beta1 * (1 - 0.5 * 0.96^(t * momentumDecay))",
    "muNext = beta1 * (1 - 0.5 * 0.96^((t + 1) * momentumDecay))",
    "muProduct = float32((t == 1 ? 1 : muProduct) * float32(mu))",
    "m = beta1 * m + (1 - beta1) * g",
    "v = beta2 * v + (1 - beta2) * g^2",
    "mHat = (1 - mu) / (1 - muProduct) * g + muNext / (1 - muProduct * muNext) * m",
    "vHat = v / (1 - beta2^t)",
    "w = w - lr * mHat / (sqrt(vHat) + eps)",
  ],
  ranges: { momentumDecay: "[0, inf)" },
});
