import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * LAMB: AdamW whose step is scaled, tensor by tensor, to the norm of the weights.
 *
 * When: very large batches (thousands), where AdamW's rate cannot be raised with the batch size. When not: usual batch
 * sizes; AdamW does as well and is simpler.
 *
 * `lr` is the share of a tensor's norm by which a step moves it: 1e-3 is 0.1 %. The ratio is not clipped, as in Optax.
 */
export const lamb = /* @__PURE__ */ defineOptimizer({
  name: "lamb",
  title: "LAMB",
  paper: "https://arxiv.org/abs/1904.00962",
  hyperparameters: {
    /** Learning rate: share of a tensor's norm by which a step moves it. Default 1e-3. */
    lr: 1e-3,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean of squared gradients kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Number added to the divisor, so that it is never 0. Default 1e-6. */
    eps: 1e-6,
    /** Weight decay, added to the normalized gradient before scaling to the norm. Default 0. */
    weightDecay: 0,
  },
  state: ["m", "v"],
  uses: [reductions],
  rule: [
    "m = beta1 * m + (1 - beta1) * g",
    "v = beta2 * v + (1 - beta2) * g^2",
    "mHat = m / (1 - beta1^t)",
    "vHat = v / (1 - beta2^t)",
    "u = mHat / (sqrt(vHat) + eps) + weightDecay * w",
    "trust = min(norm(w), norm(u)) == 0 ? 1 : norm(w) / norm(u)",
    "w = w - lr * trust * u",
  ],
});
