import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Lion: the sign of a mix of momentum and gradient, so that every weight moves by the same amount. It keeps one state,
 * and was found by a search over programs.
 *
 * When: large batches and long runs, where it often equals AdamW with half its memory. When not: small batches, whose
 * noise passes the sign undamped.
 *
 * `lr` is the size of every step in weight units: 3 to 10 times smaller than AdamW's, with a weight decay as many times
 * larger. Decay is decoupled and follows the rate, as in Optax.
 */
export const lion = /* @__PURE__ */ defineOptimizer({
  name: "lion",
  title: "Lion",
  paper: "https://arxiv.org/abs/2302.06675",
  hyperparameters: {
    /** Learning rate: size of every step in weight units; it also multiplies the weight decay. Default 1e-4. */
    lr: 1e-4,
    /** Share of the momentum in the direction of the step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the momentum kept per step, in [0, 1). Default 0.99. */
    beta2: 0.99,
    /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 1e-3. */
    weightDecay: 1e-3,
  },
  state: ["m"],
  rule: [
    "u = sign(beta1 * m + (1 - beta1) * g)",
    "m = beta2 * m + (1 - beta2) * g",
    "w = w - lr * (u + weightDecay * w)",
  ],
});
