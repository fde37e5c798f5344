export { combineCurves } from "./combine.ts";
export { type ConsensusOptions, consensus } from "./consensus.ts";
export {
  type LossCurve,
  type LossCurveOptions,
  lossCurve,
  type RangeTest,
  type Suggest,
  type Suggestion,
} from "./curve.ts";
export { minimum } from "./minimum.ts";
export { type SlideOptions, slide } from "./slide.ts";
export { smoother } from "./smoothing.ts";
export { steepest } from "./steepest.ts";
export { type Stop, type StopOptions, stopRule } from "./stop.ts";
export { type RateSuggestions, type SuggestionName, type SuggestOptions, suggestLearningRates } from "./suggest.ts";
export { type SurmenokOptions, surmenok } from "./surmenok.ts";
export type { Lowest } from "./trend.ts";
export { valley } from "./valley.ts";
