import { defineOptimizer } from "../definition/define-optimizer.ts";
import { decompositions } from "../vocabularies/decompositions.ts";
import { matrices } from "../vocabularies/matrices.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * SOAP: Adam in the eigenbasis of Shampoo's preconditioners, the running means of `g gᵀ` and `gᵀ g`.
 *
 * When: few, long steps of layers of moderate size; the authors' language models take 40 % fewer steps than with AdamW.
 * When not: large layers or short steps, because the bases cost about `rows^3 + columns^3` operations every `every` steps.
 *
 * `lr` is about the size of a step in weight units, as AdamW's. The first step only measures: weights do not change. Each
 * basis is improved by one power iteration and Gram-Schmidt every `every` steps, in float64. `sides: "smaller"` has a
 * basis for the shorter side of each matrix only (one-sided SOAP), for large layers. Vectors take Adam's steps; tensors of
 * more than two axes are treated as matrices, the first axis by all others (the authors' `merge_dims`).
 */
export const soap = /* @__PURE__ */ defineOptimizer({
  name: "soap",
  title: "SOAP",
  paper: "https://arxiv.org/abs/2409.11321",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units; it also multiplies the weight decay. Default 3e-3. */
    lr: 3e-3,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.95. */
    beta1: 0.95,
    /** Share of the mean of squared gradients, in the eigenbasis, kept per step, in [0, 1). Default 0.95. */
    beta2: 0.95,
    /** Share of the preconditioners kept per step, in [0, 1). Default 0.95. */
    shampooBeta: 0.95,
    /** Number added to the divisor, so that it is never 0. Default 1e-8. */
    eps: 1e-8,
    /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 0.01. */
    weightDecay: 0.01,
    /** Steps between two improvements of the bases, a whole number. Default 10. */
    every: 10,
    /** Sides of a matrix with a basis: `"both"`, or `"smaller"` for the shorter one. Default `"both"`. */
    sides: "both",
  },
  state: ["m", "v", "left", "right", "leftBasis", "rightBasis"],
  uses: [reductions, matrices, decompositions],
  rule: [
    "u = matmul(matmul(transpose(leftBasis), g), rightBasis)",
    "m = t == 1 ? m : beta1 * m + (1 - beta1) * g",
    "v = t == 1 ? v : beta2 * v + (1 - beta2) * u^2",
    "d = matmul(matmul(transpose(leftBasis), m), rightBasis) / (sqrt(v) + eps)",
    "d = matmul(matmul(leftBasis, d), transpose(rightBasis))",
    "rate = lr * sqrt(1 - beta2^(t - 1)) / (1 - beta1^(t - 1))",
    "w = t == 1 ? w : (w - rate * d) * (1 - lr * weightDecay)",
    "keep = shampooBeta",
    "isLeft = rank < 2 ? 0 : sides == 'both' ? 1 : rows <= columns",
    "isRight = rank < 2 ? 0 : sides == 'both' ? 1 : rows > columns",
    "left = isLeft ? keep * left + (1 - keep) * matmul(g, transpose(g)) : 0",
    "right = isRight ? keep * right + (1 - keep) * matmul(transpose(g), g) : 0",
    "isDue = t > 1 ? (t - 1) % every == 0 : 0",
    "leftPower = matmul(left, leftBasis)",
    "rightPower = matmul(right, rightBasis)",
    "leftOrder = ordering(sum(leftBasis * leftPower, -2))",
    "rightOrder = ordering(sum(rightBasis * rightPower, -2))",
    "v = isDue ? matmul(matmul(transpose(leftOrder), v), rightOrder) : v",
    "leftBasis = isDue ? orthonormal(matmul(leftPower, leftOrder)) : leftBasis",
    "rightBasis = isDue ? orthonormal(matmul(rightPower, rightOrder)) : rightBasis",
    "leftBasis = t == 1 ? eigenvectors(left) : leftBasis",
    "rightBasis = t == 1 ? eigenvectors(right) : rightBasis",
  ],
  asMatrix: true,
  ranges: { shampooBeta: "[0, 1)", every: "[1, inf) whole" },
  choices: { sides: ["both", "smaller"] },
});
