export { cautious, cautiousWeightDecay } from "./cautious.ts";
export { adaptiveGradientClipping, clipByGlobalNorm, clipByNorm, clipByValue } from "./clip.ts";
export { accumulateGradients, centralizeGradient, gradientNoise } from "./gradient.ts";
export { mechanic } from "./mechanic.ts";
export { type SharpnessAwareUpdater, sharpnessAware } from "./sam.ts";
export { decoupledWeightDecay, exponentialMovingAverage, lookahead, stochasticWeightAveraging } from "./weights.ts";
