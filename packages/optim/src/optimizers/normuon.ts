import { defineOptimizer } from "../definition/define-optimizer.ts";
import { withPartner } from "../definition/partner.ts";
import { matrices } from "../vocabularies/matrices.ts";
import { reductions } from "../vocabularies/reductions.ts";
import { COEFFICIENTS, NEWTON_SCHULZ } from "./newton-schulz.ts";

/**
 * NorMuon: Muon whose orthogonal step is divided, row by row, by the root of its running mean square, so that all units
 * of a layer move alike. The norm of the step stays the same.
 *
 * When: hidden weight matrices and convolutions, where Muon moves some units far more than others; it keeps one more
 * number per row. When not: biases, norms, embeddings, and the first and last layer, which belong to a partner.
 *
 * `lr` is the spectral norm of a step in weight units, as Muon's. Tensors of more than two axes are treated as matrices,
 * the first axis by all others. Newton-Schulz iterations run in the tensor's own precision (the authors' in bfloat16).
 *
 * @example
 * normuon({ lr: 0.02, partner: adamw({ lr: 2e-3, weightDecay: 0.05 }) });
 */
export const normuon = /* @__PURE__ */ withPartner(
  /* @__PURE__ */ defineOptimizer({
    name: "normuon",
    title: "NorMuon",
    paper: "https://arxiv.org/abs/2510.05491",
    hyperparameters: {
      /** Learning rate: spectral norm of a step in weight units. Default 0.02. */
      lr: 0.02,
      /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 0. */
      weightDecay: 0,
      /** Share of the momentum buffer kept per step, in [0, 1). Default 0.95. */
      momentum: 0.95,
      /** Share of the mean square of each row kept per step, in [0, 1). Default 0.95. */
      beta2: 0.95,
      /** True for Nesterov momentum: the step looks one momentum step ahead. Default true. */
      nesterov: true,
      /** Number of Newton-Schulz iterations. Default 5. */
      nsSteps: 5,
    },
    state: ["buffer", "v"],
    uses: [reductions, matrices],
    rule: [
      "buffer = momentum * buffer + (1 - momentum) * g",
      "u = nesterov ? momentum * buffer + (1 - momentum) * g : buffer",
      "x = u / (norm(u) + 1e-7)",
      ...COEFFICIENTS,
      ...NEWTON_SCHULZ,
      "v = beta2 * v + (1 - beta2) * mean(x^2, -1)",
      "xHat = x / (sqrt(v) + 1e-10)",
      "scale = sqrt(max(1, rows / columns)) * norm(x) / (norm(xHat) + 1e-10)",
      "w = w * (1 - lr * weightDecay) - lr * scale * xHat",
    ],
    asMatrix: true,
    minimumRank: 2,
    ranges: { momentum: "[0, 1)", nsSteps: "[1, 100) whole" },
  }),
  "hidden",
);
