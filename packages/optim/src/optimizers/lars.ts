import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * LARS: SGD with momentum whose step is scaled, tensor by tensor, to the norm of the weights.
 *
 * When: convolutional networks with very large batches (thousands). When not: usual batch sizes; SGD does as well.
 * Update biases and normalization by SGD: freeze them here in a group, and bind SGD to them.
 *
 * `lr * trustCoefficient` is the share of a tensor's norm by which a step moves it, before momentum. As in Optax, the
 * ratio uses the norm of gradient and decay together, and the rate is inside the momentum buffer.
 */
export const lars = /* @__PURE__ */ defineOptimizer({
  name: "lars",
  title: "LARS",
  paper: "https://arxiv.org/abs/1708.03888",
  hyperparameters: {
    /** Learning rate: factor of `trustCoefficient`. Default 1. */
    lr: 1,
    /** Share of the momentum buffer kept per step. Default 0.9. */
    momentum: 0.9,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
    /** Share of a tensor's norm by which a step moves it, at `lr` 1 and without momentum. Default 1e-3. */
    trustCoefficient: 1e-3,
    /** Number added to the gradient's norm. Default 0. */
    eps: 0,
    /** True for Nesterov momentum: the step looks one momentum step ahead. Default false. */
    nesterov: false,
  },
  state: ["buffer"],
  uses: [reductions],
  rule: [
    "g = g + weightDecay * w",
    "trust = min(norm(w), norm(g)) == 0 ? 1 : trustCoefficient * norm(w) / (norm(g) + eps)",
    "u = lr * trust * g",
    "buffer = momentum * buffer + u",
    "w = w - (nesterov ? u + momentum * buffer : buffer)",
  ],
  ranges: { trustCoefficient: "(0, inf)" },
});
