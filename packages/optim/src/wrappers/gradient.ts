import { randomness } from "../vocabularies/randomness.ts";
import { reductions } from "../vocabularies/reductions.ts";
import { defineWrapper } from "./wrap.ts";

/**
 * Gradient accumulation: `step()` adds the gradient to a mean, and every `microSteps`-th call applies the rule to it.
 * It gives a batch size of `microSteps` times the one that fits into memory. Steps, schedules and `t` count updates.
 *
 * Wrappers inside it see the mean: `accumulateGradients(clipByGlobalNorm(o))` clips once per update, as a loop in
 * PyTorch does. Wrappers around it see each gradient: `clipByGlobalNorm(accumulateGradients(o))` clips before the sum.
 *
 * At the end of an epoch with too few batches for an update, pass their share and the last call, so that none is lost.
 * @example
 * for (let i = 0; i < batches.length; i++) {
 *   computeGradients(batches[i]);
 *   const first = i - (i % microSteps);
 *   const count = Math.min(microSteps, batches.length - first);
 *   updater.step({ share: 1 / count, applies: i === first + count - 1 });
 * }
 */
export const accumulateGradients = /* @__PURE__ */ defineWrapper({
  name: "accumulateGradients",
  hyperparameters: {
    /** Calls of `step()` per update, a whole number. Default 4. */
    microSteps: 4,
  },
  ranges: { microSteps: "[1, inf) whole" },
  state: ["accumulated"],
  before: ["g = accumulated + g / microSteps", "accumulated = applies ? 0 : g"],
  everyMicroStep: ["accumulated"],
});

/**
 * Gradient noise (Neelakantan et al., https://arxiv.org/abs/1511.06807; Ruder's section 6.4): adds N(0, noiseEta /
 * t^noiseGamma) with the 1-based step t. The paper uses a `noiseEta` of 0.01, 0.3 or 1. It helps very deep networks out
 * of poor starts, and is of no use to networks that train well. The random seed is `bind`'s `seed`.
 */
export const gradientNoise = /* @__PURE__ */ defineWrapper({
  name: "gradientNoise",
  uses: [randomness],
  hyperparameters: {
    /** Variance of the noise at the first step. Default 0.01. */
    noiseEta: 0.01,
    /** Power of the step with which the variance falls. Default 0.55. */
    noiseGamma: 0.55,
  },
  ranges: { noiseEta: "[0, inf)", noiseGamma: "[0, inf)" },
  before: ["g = g + sqrt(noiseEta / t^noiseGamma) * normal()"],
});

/**
 * Gradient centralization (Yong et al., https://arxiv.org/abs/2004.01461): subtracts the mean from the gradient of each
 * unit of a layer (a row, a filter); vectors stay unchanged. A cheap regularizer for convolutional networks.
 */
export const centralizeGradient = /* @__PURE__ */ defineWrapper({
  name: "centralizeGradient",
  uses: [reductions],
  hyperparameters: {},
  before: ["g = rank > 1 ? g - unitMean(g) : g"],
});
