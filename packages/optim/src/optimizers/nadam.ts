import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * NAdam: Adam with Nesterov's look-ahead: the step uses the momentum that the next step will have.
 *
 * When: wherever Adam works, often a little faster; the baseline of the AlgoPerf contest with decoupled weight decay.
 * When not: where results must compare with Adam's.
 *
 * `lr` is about the size of a step in weight units. Momentum warms up by `momentumDecay` as in the paper and PyTorch
 * (Optax's does not), and the product of its values is kept in float32 as in PyTorch.
 */
export const nadam = /* @__PURE__ */ defineOptimizer({
  name: "nadam",
  title: "NAdam",
  paper: "https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ",
  hyperparameters: {
    lr: 2e-3,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    weightDecay: 0,
    momentumDecay: 4e-3,
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
