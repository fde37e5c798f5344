import { defineOptimizer } from "../definition/define-optimizer.ts";
import { decompositions } from "../vocabularies/decompositions.ts";
import { matrices } from "../vocabularies/matrices.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * Shampoo: momentum multiplied on both sides by inverse roots of the running means of `g gᵀ` and `gᵀ g`, and scaled to
 * the norm of Adam's step (grafting), as in Distributed Shampoo.
 *
 * When: layers of moderate size; winner of AlgoPerf's external tuning track. When not: large layers or short steps,
 * because the roots cost about `rows^3 + columns^3` operations every `every` steps.
 *
 * `lr` is about the size of a step in weight units, as Adam's. The first `every - 1` steps are Adam's. Roots are computed
 * by eigenvectors, in float64. `sides: "smaller"` has a root for the shorter side of each matrix only, for large layers.
 * Vectors take Adam's steps; tensors of more than two axes are treated as matrices, the first axis by all others.
 */
export const shampoo = /* @__PURE__ */ defineOptimizer({
  name: "shampoo",
  title: "Shampoo",
  paper: "https://arxiv.org/abs/2309.06497",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units; it also multiplies the weight decay. Default 1e-3. */
    lr: 1e-3,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the preconditioners and of the mean of squared gradients kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Number added to the eigenvalues of a preconditioner. Default 1e-12. */
    eps: 1e-12,
    /** Number added to the divisor of Adam's step. Default 1e-8. */
    graftingEps: 1e-8,
    /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 0. */
    weightDecay: 0,
    /** Steps between two computations of the roots, a whole number. Default 10. */
    every: 10,
    /** Sides of a matrix with a root: `"both"`, or `"smaller"` for the shorter one. Default `"both"`. */
    sides: "both",
  },
  state: ["m", "v", "left", "right", "leftRoot", "rightRoot"],
  uses: [reductions, matrices, decompositions],
  rule: [
    "m = beta1 * m + (1 - beta1) * g",
    "v = beta2 * v + (1 - beta2) * g^2",
    "mHat = m / (1 - beta1^t)",
    "vHat = v / (1 - beta2^t)",
    "u = mHat / (sqrt(vHat) + graftingEps)",
    "isLeft = rank < 2 ? 0 : sides == 'both' ? 1 : rows <= columns",
    "isRight = rank < 2 ? 0 : sides == 'both' ? 1 : rows > columns",
    "left = isLeft ? beta2 * left + (1 - beta2) * matmul(g, transpose(g)) : 0",
    "right = isRight ? beta2 * right + (1 - beta2) * matmul(transpose(g), g) : 0",
    "leftBasis = eigenvectors(left)",
    "rightBasis = eigenvectors(right)",
    "leftRoot2 = sqrt(max(sum(leftBasis * matmul(left, leftBasis), -2), 0) / (1 - beta2^t) + eps)",
    "rightRoot2 = sqrt(max(sum(rightBasis * matmul(right, rightBasis), -2), 0) / (1 - beta2^t) + eps)",
    "leftScale = isLeft ? (sides == 'both' ? sqrt(leftRoot2) : leftRoot2) : 1",
    "rightScale = isRight ? (sides == 'both' ? sqrt(rightRoot2) : rightRoot2) : 1",
    "isDue = t % every == 0",
    "leftRoot = isDue ? matmul(leftBasis / leftScale, transpose(leftBasis)) : leftRoot",
    "rightRoot = isDue ? matmul(rightBasis / rightScale, transpose(rightBasis)) : rightRoot",
    "p = matmul(matmul(leftRoot, mHat), rightRoot)",
    "isAdam = rank < 2 ? 1 : t < every",
    "w = w - lr * ((isAdam ? u : norm(u) / (norm(p) + 1e-16) * p) + weightDecay * w)",
  ],
  asMatrix: true,
  ranges: { graftingEps: "[0, inf)", every: "[1, inf) whole" },
  choices: { sides: ["both", "smaller"] },
});
