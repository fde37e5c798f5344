import { defineOptimizer } from "../definition/define-optimizer.ts";
import { withPartner } from "../definition/partner.ts";
import { matrices } from "../vocabularies/matrices.ts";
import { reductions } from "../vocabularies/reductions.ts";
import { COEFFICIENTS, NEWTON_SCHULZ } from "./newton-schulz.ts";

/**
 * AdaMuon: Muon whose orthogonal step is divided, element by element, by the root of its running mean square, and scaled
 * to the size of AdamW's steps.
 *
 * When: hidden weight matrices and convolutions, with a rate and schedule of AdamW. When not: biases, norms, embeddings,
 * and the first and last layer, which belong to a partner; memory is short, because it keeps two numbers per weight.
 *
 * `lr` is on AdamW's scale: the root mean square of a step is `0.2 * lr`. By default the sign of the momentum is made
 * orthogonal, as in the paper's later versions; `signs: false` gives the first version. `adamuon({ partner: nadam({
 * decoupledWeightDecay: true }) })` is timm's `nadamuon` but for the signs and its Newton-Schulz coefficients. Tensors of
 * more than two axes are treated as matrices, the first axis by all others.
 *
 * @example
 * adamuon({ lr: 2e-3, partner: adamw({ lr: 2e-3, weightDecay: 0.05 }) });
 */
export const adamuon = /* @__PURE__ */ withPartner(
  /* @__PURE__ */ defineOptimizer({
    name: "adamuon",
    title: "AdaMuon",
    paper: "https://arxiv.org/abs/2507.11005",
    hyperparameters: {
      /** Learning rate on AdamW's scale: the root mean square of a step is a fifth of it. Default 1e-3. */
      lr: 1e-3,
      /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 0.1. */
      weightDecay: 0.1,
      /** Share of the momentum buffer kept per step, in [0, 1). Default 0.95. */
      momentum: 0.95,
      /** Share of the mean of squared orthogonal steps kept per step, in [0, 1). Default 0.95. */
      beta2: 0.95,
      /** True for Nesterov momentum: the step looks one momentum step ahead. Default true. */
      nesterov: true,
      /** True to make the signs of the momentum orthogonal instead of the momentum. Default true. */
      signs: true,
      /** Number added to both divisors, so that they are never 0. Default 1e-8. */
      eps: 1e-8,
      /** Number of Newton-Schulz iterations. Default 5. */
      nsSteps: 5,
    },
    state: ["buffer", "v"],
    uses: [reductions, matrices],
    rule: [
      "buffer = momentum * buffer + g",
      "u = nesterov ? g + momentum * buffer : buffer",
      "x = signs ? sign(u) : u",
      "x = x / (norm(x) + 1e-7)",
      ...COEFFICIENTS,
      ...NEWTON_SCHULZ,
      "v = beta2 * v + (1 - beta2) * x^2",
      "x = x / (sqrt(v) + eps)",
      "scale = 0.2 * sqrt(size) / (norm(x) + eps)",
      "w = w * (1 - lr * weightDecay) - lr * scale * x",
    ],
    asMatrix: true,
    minimumRank: 2,
    ranges: { momentum: "[0, 1)", nsSteps: "[1, 100) whole" },
  }),
  "hidden",
);
