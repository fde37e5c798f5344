import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * SM3: Adagrad whose sums of squares are kept as one number for each row, each column, and each index of other axes: an
 * element's sum is at most the smallest of those that cover it.
 *
 * When: sparse or huge tensors, such as embeddings, where Adagrad's state does not fit. When not: memory suffices.
 *
 * `lr` is the size of the first step in weight units, before momentum; usually 0.1. Momentum follows the division, with
 * a factor `1 - momentum`, as in Optax. Covers of axes that the tensor lacks hold its largest sum, which has no effect.
 */
export const sm3 = /* @__PURE__ */ defineOptimizer({
  name: "sm3",
  title: "SM3",
  paper: "https://arxiv.org/abs/1901.11150",
  hyperparameters: {
    /** Learning rate: size of the first step in weight units, before momentum. Default 0.1. */
    lr: 0.1,
    /** Share of the mean of normalized gradients kept per step, in [0, 1). Default 0.9. */
    momentum: 0.9,
    /** Number added inside the square root. Default 1e-8. */
    eps: 1e-8,
  },
  state: ["cover1", "cover2", "cover3", "cover4", "m"],
  uses: [reductions],
  rule: [
    "s = min(cover1, cover2, cover3, cover4) + g^2",
    "cover1 = maximum(s, -2, -3, -4)",
    "cover2 = maximum(s, -1, -3, -4)",
    "cover3 = maximum(s, -1, -2, -4)",
    "cover4 = maximum(s, -1, -2, -3)",
    "m = momentum * m + (1 - momentum) * g / sqrt(s + eps)",
    "w = w - lr * m",
  ],
  ranges: { momentum: "[0, 1)" },
});
