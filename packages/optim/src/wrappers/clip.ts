import { reductions } from "../vocabularies/reductions.ts";
import { defineWrapper } from "./wrap.ts";

/** Clips each element of the gradient to [-clipValue, clipValue], as PyTorch's `clip_grad_value_`. */
export const clipByValue = /* @__PURE__ */ defineWrapper({
  name: "clipByValue",
  hyperparameters: {
    /** Largest magnitude of a gradient element. Default 1. */
    clipValue: 1,
  },
  ranges: { clipValue: "(0, inf)" },
  before: ["g = clamp(g, -clipValue, clipValue)"],
});

/**
 * Scales each tensor's gradient to a norm of at most `clipNorm`, as Keras' `clipnorm`. Each tensor is scaled
 * separately, so the direction of the whole gradient changes. The arithmetic is PyTorch's: 1e-6 is added to the norm.
 */
export const clipByNorm = /* @__PURE__ */ defineWrapper({
  name: "clipByNorm",
  uses: [reductions],
  hyperparameters: {
    /** Largest norm of a tensor's gradient. Default 1. */
    clipNorm: 1,
  },
  ranges: { clipNorm: "(0, inf)" },
  before: ["g = g * min(1, clipNorm / (norm(g) + 1e-6))"],
});

/**
 * Scales all gradients by one factor to a global norm of at most `maxNorm`, as PyTorch's `clip_grad_norm_`: the usual
 * remedy for single steps with an exploding gradient. Frozen tensors do not count.
 */
export const clipByGlobalNorm = /* @__PURE__ */ defineWrapper({
  name: "clipByGlobalNorm",
  uses: [reductions],
  hyperparameters: {
    /** Maximum global gradient norm. Default 1. */
    maxNorm: 1,
  },
  ranges: { maxNorm: "(0, inf)" },
  before: ["g = g * min(1, maxNorm / (totalNorm(g) + 1e-6))"],
});

/**
 * Adaptive gradient clipping (Brock et al., https://arxiv.org/abs/2102.06171): limits the gradient of each unit (a row
 * of a dense layer, a filter of a convolution) to `clipping` times the norm of its weights, which counts as at least
 * `clipEps`. For networks without batch normalization, and large batches. Exclude the last layer.
 */
export const adaptiveGradientClipping = /* @__PURE__ */ defineWrapper({
  name: "adaptiveGradientClipping",
  uses: [reductions],
  hyperparameters: {
    /** Largest norm of a unit's gradient, as a share of the norm of its weights. Default 0.01. */
    clipping: 0.01,
    /** Smallest norm of a unit's weights. Default 1e-3. */
    clipEps: 1e-3,
  },
  ranges: { clipping: "(0, inf)", clipEps: "(0, inf)" },
  before: [
    "gradientNorm = unitNorm(g)",
    "largest = clipping * max(unitNorm(w), clipEps)",
    "g = gradientNorm < largest ? g : g * (largest / max(gradientNorm, 1e-6))",
  ],
});
