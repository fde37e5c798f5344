import { defineOptimizer } from "../definition/define-optimizer.ts";
import { withPartner } from "../definition/partner.ts";
import { matrices } from "../vocabularies/matrices.ts";
import { reductions } from "../vocabularies/reductions.ts";
import { NEWTON_SCHULZ } from "./newton-schulz.ts";

/**
 * Muon: momentum whose matrix is made orthogonal, so that a step moves all directions of a layer's input alike.
 *
 * When: hidden weight matrices and convolutions; the fastest known for small image models. When not: biases, norms,
 * embeddings, and the first and last layer: these belong to a partner, `muon({ partner: adamw() })`, which is `split({
 * hidden: muon(), rest: adamw() })`. Tensors of more than two axes are treated as matrices, the first axis by all others,
 * as in the author's code (PyTorch does not accept them).
 *
 * `lr` is the spectral norm of a step in weight units. With `adjustLrFn: "match_rms_adamw"` it is on AdamW's scale, and
 * AdamW's rate may be used. Newton-Schulz iterations run in the tensor's own precision (PyTorch's in bfloat16). Weight
 * decay uses `lr` unadjusted.
 *
 * @example
 * muon({ lr: 0.02, partner: adamw({ lr: 2e-3, weightDecay: 0.05 }) });
 */
export const muon = /* @__PURE__ */ withPartner(
  /* @__PURE__ */ defineOptimizer({
    name: "muon",
    title: "Muon",
    paper: "https://kellerjordan.github.io/posts/muon/",
    hyperparameters: {
      /** Learning rate: spectral norm of a step in weight units. Default 1e-3. */
      lr: 1e-3,
      /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 0.1. */
      weightDecay: 0.1,
      /** Share of the momentum buffer kept per step, in [0, 1). Default 0.95. */
      momentum: 0.95,
      /** True for Nesterov momentum: the step looks one momentum step ahead. Default true. */
      nesterov: true,
      /** Coefficient of x in a Newton-Schulz iteration. Default 3.4445. */
      nsA: 3.4445,
      /** Coefficient of x^3 in a Newton-Schulz iteration. Default -4.775. */
      nsB: -4.775,
      /** Coefficient of x^5 in a Newton-Schulz iteration. Default 2.0315. */
      nsC: 2.0315,
      /** Smallest norm by which the momentum is divided. Default 1e-7. */
      eps: 1e-7,
      /** Number of Newton-Schulz iterations. Default 5. */
      nsSteps: 5,
      /** Adaptation of the rate to the matrix's shape: `"original"`, `"match_rms_adamw"` or `"spectral_unclamped"`. Default `"original"`. */
      adjustLrFn: "original",
    },
    state: ["buffer"],
    uses: [reductions, matrices],
    rule: [
      "buffer = momentum * buffer + (1 - momentum) * g",
      "u = nesterov ? momentum * buffer + (1 - momentum) * g : buffer",
      "x = u / max(norm(u), eps)",
      ...NEWTON_SCHULZ,
      "ratio = adjustLrFn == 'original' ? max(1, rows / columns) : rows / columns",
      "scale = adjustLrFn == 'match_rms_adamw' ? 0.2 * sqrt(max(rows, columns)) : sqrt(ratio)",
      "w = w * (1 - lr * weightDecay) - lr * scale * x",
    ],
    asMatrix: true,
    minimumRank: 2,
    ranges: { momentum: "[0, 1)", nsSteps: "[1, 100) whole" },
    choices: { adjustLrFn: ["original", "match_rms_adamw", "spectral_unclamped"] },
  }),
  "hidden",
);
