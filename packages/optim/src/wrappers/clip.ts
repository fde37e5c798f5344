import { reductions } from "../vocabularies/reductions.ts";
import { defineWrapper } from "./wrap.ts";

/** Clips each element of the gradient to [-clipValue, clipValue], as PyTorch's `clip_grad_value_`. Default 1. */
export const clipByValue = /* @__PURE__ */ defineWrapper({
  name: "clipByValue",
  hyperparameters: { clipValue: 1 },
  ranges: { clipValue: "(0, inf)" },
  before: ["g = clamp(g, -clipValue, clipValue)"],
});

/**
 * Scales each tensor's gradient so that its norm is at most `clipNorm` (default 1), as Keras' `clipnorm`: every tensor
 * by itself, so the direction of the whole gradient changes. PyTorch's arithmetic: 1e-6 is added to the norm.
 */
export const clipByNorm = /* @__PURE__ */ defineWrapper({
  name: "clipByNorm",
  uses: [reductions],
  hyperparameters: { clipNorm: 1 },
  ranges: { clipNorm: "(0, inf)" },
  before: ["g = g * min(1, clipNorm / (norm(g) + 1e-6))"],
});

/**
 * Scales all gradients by one factor so that the norm of all of them together is at most `maxNorm` (default 1), as
 * PyTorch's `clip_grad_norm_`: the usual cure for single steps with an exploding gradient. Frozen tensors do not count.
 */
export const clipByGlobalNorm = /* @__PURE__ */ defineWrapper({
  name: "clipByGlobalNorm",
  uses: [reductions],
  hyperparameters: { maxNorm: 1 },
  ranges: { maxNorm: "(0, inf)" },
  before: ["g = g * min(1, maxNorm / (totalNorm(g) + 1e-6))"],
});

/**
 * Adaptive gradient clipping (Brock et al., https://arxiv.org/abs/2102.06171): the gradient of each unit (a row of a
 * dense layer, a filter of a convolution) to at most `clipping` (default 0.01) times the norm of its weights, of which
 * `clipEps` (default 1e-3) is the least. For nets without batch norm, and large batches. Leave out the last layer.
 */
export const adaptiveGradientClipping = /* @__PURE__ */ defineWrapper({
  name: "adaptiveGradientClipping",
  uses: [reductions],
  hyperparameters: { clipping: 0.01, clipEps: 1e-3 },
  ranges: { clipping: "(0, inf)", clipEps: "(0, inf)" },
  before: [
    "gradientNorm = unitNorm(g)",
    "largest = clipping * max(unitNorm(w), clipEps)",
    "g = gradientNorm < largest ? g : g * (largest / max(gradientNorm, 1e-6))",
  ],
});
