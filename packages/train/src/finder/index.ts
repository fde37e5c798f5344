export { type FinderResult, type FoundRate, findLearningRate } from "./find.ts";
export { FINDER_DEFAULTS, type FinderOptions, type FinderProgress, PROBE_IMAGES } from "./options.ts";
export { consensusPosition } from "./position.ts";
export { finderRecord } from "./record.ts";
export { courseInWords, finderInWords, rateText } from "./words.ts";
