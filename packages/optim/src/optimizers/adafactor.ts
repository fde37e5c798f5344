import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * Adafactor: Adam without momentum whose mean squares are kept as one number per row and one per column, so that its
 * state is very small. Steps are clipped and scale with the weights.
 *
 * When: models whose optimizer state does not fit into memory. When not: memory suffices; Adam is more reliable.
 *
 * `lr` is a share of the tensor's root mean square: 1e-2 moves weights by about 1 % per step, and by less once
 * `1/sqrt(t)` falls below it. Of more than two axes, the last two are factored. `eps1` 0 is the machine epsilon of the
 * dtype, as in PyTorch.
 */
export const adafactor = /* @__PURE__ */ defineOptimizer({
  name: "adafactor",
  title: "Adafactor",
  paper: "https://arxiv.org/abs/1804.04235",
  hyperparameters: {
    /** Largest step, as a share of the tensor's root mean square. Default 1e-2. */
    lr: 1e-2,
    /** Exponent of the step in the weight of the newest square, at most 0. Default -0.8. */
    beta2Decay: -0.8,
    /** Smallest mean square; 0 means the machine epsilon of the dtype. Default 0. */
    eps1: 0,
    /** Smallest root mean square of a tensor for the size of its steps. Default 1e-3. */
    eps2: 1e-3,
    /** Largest root mean square of a step before scaling, at least 1. Default 1. */
    d: 1,
    /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 0. */
    weightDecay: 0,
  },
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
