import { defineOptimizer } from "../definition/define-optimizer.ts";
import { matrices } from "../vocabularies/matrices.ts";
import { reductions } from "../vocabularies/reductions.ts";
import { COEFFICIENTS, NEWTON_SCHULZ } from "./newton-schulz.ts";

/**
 * MARS: AdamW whose gradient is corrected by its change since the last step, which removes a part of the noise of the
 * batch (variance reduction). The corrected gradient of a tensor has a norm of at most 1.
 *
 * When: long runs of large models, where the authors train language models in half of AdamW's steps. When not: gradients
 * without noise, or memory is short, because it keeps the last gradient.
 *
 * `lr` is about the size of a step in weight units: 1.5 to 3 times AdamW's. `form` chooses the rule that takes the
 * corrected gradient: AdamW's, the sign of the momentum (`"lion"`), or for matrices the orthogonal momentum of Muon
 * (`"shampoo"`), whose `lr` is the spectral norm of a step. Vectors take the plain gradient unless `vectors` is true. The
 * last gradient is that of the last batch (the authors' approximate form), and 0 before the first step.
 */
export const mars = /* @__PURE__ */ defineOptimizer({
  name: "mars",
  title: "MARS",
  paper: "https://arxiv.org/abs/2411.10438",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units; it also multiplies the weight decay. Default 3e-3. */
    lr: 3e-3,
    /** Share of the mean of corrected gradients kept per step, in [0, 1). Default 0.95. */
    beta1: 0.95,
    /** Share of the mean of their squares kept per step, in [0, 1). Default 0.99. */
    beta2: 0.99,
    /** Number added to the divisor, so that it is never 0. Default 1e-8. */
    eps: 1e-8,
    /** Strength of the correction; 0 leaves gradients as they are. Default 0.025. */
    gamma: 0.025,
    /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 0. */
    weightDecay: 0,
    /** Rule of the step: `"adamw"`, `"lion"`, or `"shampoo"`. Default `"adamw"`. */
    form: "adamw",
    /** True to correct the gradients of vectors too. Default false. */
    vectors: false,
    /** Number of Newton-Schulz iterations of the form `"shampoo"`. Default 5. */
    nsSteps: 5,
  },
  state: ["previous", "m", "v"],
  uses: [reductions, matrices],
  rule: [
    "c = g + gamma * beta1 / (1 - beta1) * (g - previous)",
    "previous = g",
    "c = rank < 2 ? (vectors ? c / max(1, norm(c)) : g) : c / max(1, norm(c))",
    "m = beta1 * m + (1 - beta1) * c",
    "v = beta2 * v + (1 - beta2) * c^2",
    "u = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)",
    "x = m / (1 - beta1)",
    "x = x / (norm(x) + eps)",
    ...COEFFICIENTS,
    ...NEWTON_SCHULZ,
    "x = rank < 2 ? u : sqrt(max(1, rows / columns)) * x",
    "u = form == 'shampoo' ? x : form == 'lion' ? sign(m) : u",
    "w = w - lr * (u + weightDecay * w)",
  ],
  asMatrix: true,
  ranges: { gamma: "[0, inf)", nsSteps: "[1, 100) whole" },
  choices: { form: ["adamw", "lion", "shampoo"] },
});
