import { defineOptimizer } from "../definition/define-optimizer.ts";
import { repeat } from "../rule/names.ts";
import { matrices } from "../vocabularies/matrices.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * Muon: momentum whose matrix is made orthogonal, so that a step moves all directions of a layer's input alike.
 *
 * When: hidden weight matrices and convolutions; the fastest known for small image models. When not: biases, norms,
 * embeddings and the last layer: freeze them here in a group, and bind AdamW to them. Tensors of more than two axes are
 * seen as matrices, the first axis by all others (PyTorch refuses them).
 *
 * `lr` is the spectral norm of a step, in weight units. With `adjustLrFn: "match_rms_adamw"` it is AdamW's instead, and
 * may be taken from there. Newton-Schulz iterations are in the tensor's own precision (PyTorch's in bfloat16). Weight
 * decay takes `lr` as it is given.
 */
export const muon = /* @__PURE__ */ defineOptimizer({
  name: "muon",
  title: "Muon",
  paper: "https://kellerjordan.github.io/posts/muon/",
  hyperparameters: {
    lr: 1e-3,
    weightDecay: 0.1,
    momentum: 0.95,
    nesterov: true,
    nsA: 3.4445,
    nsB: -4.775,
    nsC: 2.0315,
    eps: 1e-7,
    nsSteps: 5,
    adjustLrFn: "original",
  },
  state: ["buffer"],
  uses: [reductions, matrices],
  rule: [
    "buffer = momentum * buffer + (1 - momentum) * g",
    "u = nesterov ? momentum * buffer + (1 - momentum) * g : buffer",
    "x = u / max(norm(u), eps)",
    repeat("nsSteps", [
      "gram = rows > columns ? matmul(transpose(x), x) : matmul(x, transpose(x))",
      "series = nsB * gram + nsC * matmul(gram, gram)",
      "x = nsA * x + (rows > columns ? matmul(x, series) : matmul(series, x))",
    ]),
    "ratio = adjustLrFn == 'original' ? max(1, rows / columns) : rows / columns",
    "scale = adjustLrFn == 'match_rms_adamw' ? 0.2 * sqrt(max(rows, columns)) : sqrt(ratio)",
    "w = w * (1 - lr * weightDecay) - lr * scale * x",
  ],
  asMatrix: true,
  minimumRank: 2,
  ranges: { momentum: "[0, 1)", nsSteps: "[1, 100) whole" },
  choices: { adjustLrFn: ["original", "match_rms_adamw", "spectral_unclamped"] },
});
