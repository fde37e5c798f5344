import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * NovoGrad: SGD with momentum on gradients that are divided, tensor by tensor, by their recent norm.
 *
 * When: speech and vision networks with large batches, with half of Adam's memory. When not: tensors whose elements
 * have gradients of very different scales, which share one divisor here.
 *
 * `lr` is the norm of a tensor's step in weight units, before momentum, which makes it up to 10 times as long (there is
 * no factor `1 - beta1`). Weight decay passes through the momentum, as in the paper.
 */
export const novograd = /* @__PURE__ */ defineOptimizer({
  name: "novograd",
  title: "NovoGrad",
  paper: "https://arxiv.org/abs/1905.11286",
  hyperparameters: {
    /** Learning rate: norm of a tensor's step in weight units, before momentum. Default 1e-2. */
    lr: 1e-2,
    /** Share of the momentum kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean squared gradient norm kept per step, in [0, 1). Default 0.25. */
    beta2: 0.25,
    /** Number added to the divisor, so that it is never 0. Default 1e-6. */
    eps: 1e-6,
    /** Weight decay, added to the normalized gradient before momentum. Default 0. */
    weightDecay: 0,
  },
  state: ["m", "v"],
  uses: [reductions],
  rule: [
    "v = beta2 * v + (t == 1 ? 1 : 1 - beta2) * sum(g^2)",
    "m = beta1 * m + g / (sqrt(v) + eps) + weightDecay * w",
    "w = w - lr * m",
  ],
});
