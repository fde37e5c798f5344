export { findLearningRate } from "./find.ts";
export { FINDER_DEFAULTS, type FinderOptions, type FinderProgress, PROBE_IMAGES } from "./options.ts";
export { consensusPosition } from "./position.ts";
export { finderRecord } from "./record.ts";
export type { FinderResult, FoundRate } from "./result.ts";
export { finderInWords, rangeTestMethod, rateText } from "./words.ts";
