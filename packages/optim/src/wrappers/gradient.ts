import { randomness } from "../vocabularies/randomness.ts";
import { reductions } from "../vocabularies/reductions.ts";
import { defineWrapper } from "./wrap.ts";

/**
 * Gradient accumulation: `step()` adds the gradient to a mean, and every `microSteps`-th call (default 4) applies the
 * rule to it. A batch as large as `microSteps` of those that fit into memory; steps, schedules and `t` count updates.
 */
export const accumulateGradients = /* @__PURE__ */ defineWrapper({
  name: "accumulateGradients",
  hyperparameters: { microSteps: 4 },
  ranges: { microSteps: "[1, inf) whole" },
  state: ["accumulated"],
  before: ["g = accumulated + g / microSteps", "accumulated = applies ? 0 : g"],
  everyMicroStep: ["accumulated"],
});

/**
 * Gradient noise (Neelakantan et al., https://arxiv.org/abs/1511.06807; Ruder's section 6.4): adds N(0, eta / t^gamma)
 * with the 1-based step t. `noiseEta` is a variance: 0.01 (default), 0.3 or 1; `noiseGamma` is 0.55. Helps very deep
 * nets out of poor starts; of no use to nets that train well. Seeded by `bind`'s `seed`.
 */
export const gradientNoise = /* @__PURE__ */ defineWrapper({
  name: "gradientNoise",
  uses: [randomness],
  hyperparameters: { noiseEta: 0.01, noiseGamma: 0.55 },
  ranges: { noiseEta: "[0, inf)", noiseGamma: "[0, inf)" },
  before: ["g = g + sqrt(noiseEta / t^noiseGamma) * normal()"],
});

/**
 * Gradient centralisation (Yong et al., https://arxiv.org/abs/2004.01461): takes the mean from the gradient of each
 * unit of a layer (a row, a filter); vectors stay as they are. A cheap regulariser for convolutional nets.
 */
export const centralizeGradient = /* @__PURE__ */ defineWrapper({
  name: "centralizeGradient",
  uses: [reductions],
  hyperparameters: {},
  before: ["g = rank > 1 ? g - unitMean(g) : g"],
});
