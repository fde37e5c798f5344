import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * Adafactor: Adam without momentum whose mean squares are kept as one number a row and one a column, so that its state
 * is next to nothing; steps are clipped, and scale with the weights.
 *
 * When: models whose optimizer state does not fit into memory. When not: memory suffices; Adam is more reliable.
 *
 * `lr` is a share of the tensor's root mean square: 1e-2 moves weights by about 1 % a step, and by less as `1/sqrt(t)`
 * falls below it. Of more than two axes, the last two are factored. `eps1` 0 is the smallest relative difference that
 * the dtype can show, as in PyTorch.
 */
export const adafactor = /* @__PURE__ */ defineOptimizer({
  name: "adafactor",
  title: "Adafactor",
  paper: "https://arxiv.org/abs/1804.04235",
  hyperparameters: { lr: 1e-2, beta2Decay: -0.8, eps1: 0, eps2: 1e-3, d: 1, weightDecay: 0 },
  state: ["row", "column", "v"],
  uses: [reductions],
  rule: [
    "tiny = eps1 == 0 ? machineEpsilon : eps1",
    "share = t^beta2Decay",
    "rate = max(eps2, norm(w) / sqrt(size)) * min(lr, 1 / sqrt(t))",
    "w = w * (1 - lr * weightDecay)",
    "row = rank < 2 ? 0 : row + share * (mean(g^2, -1) - row)",
    "column = rank < 2 ? 0 : column + share * (mean(g^2, -2) - column)",
    "v = rank < 2 ? v + share * (g^2 - v) : 0",
    "vHat = rank < 2 ? v : row * column / max(mean(row, -2), tiny)",
    "u = g / sqrt(max(vHat, tiny^2))",
    "w = w - rate / max(1, norm(u) / (sqrt(size) * d)) * u",
  ],
  ranges: { beta2Decay: "(-inf, 0]", eps1: "[0, inf)", eps2: "[0, inf)", d: "[1, inf)" },
});
