export { type Mean, meanOf } from "@downhill/train/statistics";
export type { Advice, Answer, Candidate, Validation } from "./advice/advice.ts";
export { ADVICE_DEFAULTS, type NewAdvice } from "./advice/begin.ts";
export type { Difference } from "./advice/decide.ts";
export type { Experiment, ExperimentName, Measured, MeasuredNoise } from "./advice/experiment.ts";
export { type AdviceFacts, type DefaultSettings, isAdvice, readAdviceFacts } from "./advice/facts.ts";
export type { Length } from "./advice/lengths.ts";
export { type QuestionName, TITLES as questionTitles } from "./advice/questions.ts";
export { readAdvice } from "./advice/read.ts";
export { adviceToJson } from "./advice/report/json.ts";
export {
  answerText,
  lengthsText,
  noiseText,
  notTried,
  outOfScope,
  timeText,
  verdictOf as adviceVerdict,
} from "./advice/report/words.ts";
export { adviceFiles, writeAdviceReport } from "./advice/report/write-report.ts";
export { type AdviceEvent, type AdviceRequest, startAdvice } from "./advice/start.ts";
export { COMPARISON_DEFAULTS, firstSeeds, type NewComparison } from "./comparison/begin.ts";
export { type Comparison, type EntrantResult, readComparison, type TargetResult } from "./comparison/comparison.ts";
export { type Changes, type Choices, configOf, type Entrant, entrantsOf } from "./comparison/entrant.ts";
export { countEnded, hyperparametersOf, trainedOf } from "./comparison/entrant-trials.ts";
export {
  type ComparisonFacts,
  type ComparisonSettings,
  isComparison,
  MEASURES,
  type Measure,
  readFacts,
} from "./comparison/facts.ts";
export type { CurvePoint, Outcome, Trained } from "./comparison/outcome.ts";
export { bestRate, type GoodRates, goodRates, nextRate, type TriedRate } from "./comparison/rate-search.ts";
export type { TrialsEvent } from "./comparison/run-trials.ts";
export { type ComparisonEvent, type ComparisonRequest, startComparison } from "./comparison/start.ts";
export { countTrials, stageName, type Trial } from "./comparison/trial.ts";
export type { TriedDecay, Tuning } from "./comparison/tuning.ts";
export type {
  Barrier,
  Landscape,
  LandscapeRun,
  Line,
  PartScores,
  PathPoint,
  Plane,
  PlanePath,
  PointScore,
  Sharpness,
} from "./landscape/landscape.ts";
export { measureLandscape } from "./landscape/measure/measure-landscape.ts";
export { LANDSCAPE_DEFAULTS, type LandscapeOptions } from "./landscape/measure/options.ts";
export type { LandscapeProgress } from "./landscape/measure/progress.ts";
export { type LandscapeWords, landscapeInWords } from "./landscape/report/in-words.ts";
export { writeLandscape } from "./landscape/report/write-landscape.ts";
export { type BrokenExperiment, type ExperimentSummary, listExperiments } from "./list-experiments.ts";
export {
  type GradientNoiseScale,
  type GradientNoiseScaleOptions,
  gradientNoiseScale,
} from "./noise-scale/gradient-noise-scale.ts";
export { statusText } from "./report/words.ts";
export { comparisonReport, writeComparisonReport } from "./report/write-report.ts";
export { reproductions } from "./reproductions/index.ts";
export type { Claim, Reproduced, Reproduction, Trainings } from "./reproductions/reproduction.ts";
export type { Computation, ReproductionContext } from "./reproductions/running/context.ts";
export type { ReproductionControl, ReproductionEvent, TrainingPlace } from "./reproductions/running/events.ts";
export {
  executeReproduction,
  type NewReproduction,
  type ReproductionRequest,
  type ReproductionResult,
} from "./reproductions/running/execute.ts";
export { isReproduction, type ReproductionFacts } from "./reproductions/running/facts.ts";
export { startReproduction } from "./reproductions/running/start.ts";
export type {
  TrainedEpoch,
  TrainedSteps,
  Training,
  TrainingResult,
  TrainingSettings,
  TrainingSurroundings,
} from "./reproductions/running/training.ts";
export { comparePairs, type Pair } from "./statistics/pairs.ts";
export { type Named, verdict } from "./statistics/verdict.ts";
export { executeTrial } from "./trials/execute-trial.ts";
