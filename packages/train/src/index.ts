export { readCheckpoint, writeCheckpoint } from "./checkpoints/checkpoint.ts";
export type { CheckpointParts, Stateful } from "./checkpoints/checkpoint-parts.ts";
export { type LoadedWeights, type LoadWeightsOptions, loadWeights, saveWeights } from "./checkpoints/load-weights.ts";
export type { MismatchedShape } from "./checkpoints/match-weights.ts";
export { readSafetensors, type StoredTensor, writeSafetensors } from "./checkpoints/safetensors.ts";
export type { StoredValues } from "./checkpoints/safetensors-types.ts";
export type { ConfigFinding } from "./config/findings.ts";
export { buildModel, modelNames } from "./config/model.ts";
export { checkNames } from "./config/names.ts";
export { buildOptimizer, momentumOf, optimizerNamed, takesPartner } from "./config/optimizer.ts";
export { parseConfig } from "./config/parse.ts";
export { whyOtherModel } from "./config/recipes.ts";
export {
  hasRecipeOptimizer,
  knownRate,
  resolveConfig,
  statedHyperparameters,
} from "./config/resolve.ts";
export type { RunConfig } from "./config/run-config.ts";
export { buildRunSchedule, type RunSchedule, type RunScheduleSetting } from "./config/run-schedule.ts";
export { buildSchedule, scheduleKind, scheduleNames } from "./config/schedule.ts";
export { configJsonSchema, configSchema, type GivenConfig } from "./config/schema.ts";
export { type SettingKey, settings } from "./config/settings/index.ts";
export { MOST_THREADS } from "./config/settings/run.ts";
export { ORDERS, type Order, SAMPLINGS } from "./config/settings/training.ts";
export type { CountedWeights, GroupSetting, ScheduleSetting } from "./config/settings/values.ts";
export {
  begunFolds,
  type CrossValidation,
  type CrossValidationFacts,
  crossValidationReport,
  type FoldRun,
  type FoldsEvent,
  type FoldsRequest,
  foldFolder,
  isCrossValidation,
  readCrossValidation,
  readCrossValidationFacts,
  removeCrossValidation,
  reportCrossValidation,
  startFolds,
} from "./cross-validation/index.ts";
export {
  ConfigError,
  DivergedError,
  type InvalidSetting,
  NotBegunError,
  TrainError,
  type TrainErrorOptions,
} from "./error.ts";
export type { CalibrationBin } from "./evaluation/calibration.ts";
export { type ClassMeans, type ClassScore, classMeans, classScores } from "./evaluation/class-scores.ts";
export { evaluate, predict, predictSet } from "./evaluation/evaluate.ts";
export { wilsonInterval } from "./evaluation/interval.ts";
export type { Ranking, RankingCurves, ShareCurve } from "./evaluation/ranking.ts";
export { type Evaluation, logSoftmax, type Mistake, Scores } from "./evaluation/scores.ts";
export { isUnbalanced } from "./evaluation/unbalanced.ts";
export { VIEWS, type Views } from "./evaluation/views.ts";
export { type FitResult, fit } from "./fit/fit.ts";
export type { History } from "./fit/history.ts";
export type { FitOptions, FitSettings } from "./fit/options.ts";
export { evaluateRun } from "./inference/evaluate-run.ts";
export { type OpenRun, openRun } from "./inference/open-run.ts";
export { type Prediction, predictFiles } from "./inference/predict-files.ts";
export { type PredictImagesOptions, predictImages } from "./inference/predict-images.ts";
export type { UseOptions } from "./inference/with-inference.ts";
export * as metrics from "./metrics/index.ts";
export type { FileComparison } from "./model-file/compare-files.ts";
export {
  type ExportedModel,
  type ExportModelOptions,
  exportModel,
  PRECISIONS,
  type Precision,
} from "./model-file/export-model.ts";
export { loadPretrained, type PretrainedFacts, pretrainedInWords } from "./pretrained/load-pretrained.ts";
export { type FetchPretrainedOptions, fetchPretrained } from "./pretrained/official.ts";
export { type GraphFile, graphFileOfRun, initialGraphOf } from "./pretrained/onnx-model.ts";
export { openPretrained } from "./pretrained/open-pretrained.ts";
export type { Pretrained } from "./pretrained/pretrained.ts";
export { inWords, type Problem, type Remedy } from "./problem.ts";
export { createProgress, type Progress, type ProgressOptions, type ProgressStream } from "./progress/progress.ts";
export {
  consensusPosition,
  FINDER_DEFAULTS,
  type FinderOptions,
  type FinderProgress,
  type FinderResult,
  type FoundRate,
  finderInWords,
  findLearningRate,
  PROBE_IMAGES,
  rangeTestMethod,
  rateText,
} from "./range-test/index.ts";
export { type ReportOptions, reportRun } from "./report/report-run.ts";
export type { RunControl } from "./run/control.ts";
export type { RunEvent } from "./run/events.ts";
export { execute, type RunRequest } from "./run/execute.ts";
export { type OpenedData, openData, prepareNetwork } from "./run/prepare.ts";
export { versions } from "./run/versions.ts";
export { batchRange } from "./run-folder/batch-range.ts";
export { checkBegun, discardUnbegun, type FolderState, folderState, isTraining } from "./run-folder/folder-state.ts";
export {
  type BrokenRun,
  type Difference,
  diffRuns,
  type EpochTiming,
  listRuns,
  outlineRun,
  type Run,
  type RunOutline,
  type RunStatus,
  type RunSummary,
  readRunFolder,
  summarizeRun,
} from "./run-folder/index.ts";
export { type RunPaths, runPaths } from "./run-folder/paths.ts";
export { removeRun } from "./run-folder/remove-run.ts";
export { type RunResult, readResult, viewsOf } from "./run-folder/result.ts";
export { type RunFacts, readRunFile } from "./run-folder/run-file.ts";
export { listSnapshots, type Snapshot } from "./run-folder/snapshots.ts";
export type { FinderSettings } from "./search/find-rate.ts";
export { type RateSource, rateSource } from "./search/rate-source.ts";
export { type FinderRequest, searchRates } from "./search/search-rates.ts";
export { type SweepRequest, type SweepSettings, sweepConfig } from "./search/sweep-config.ts";
export {
  type FoundValue,
  SWEEP_DEFAULTS,
  SWEPT,
  type SweepCurve,
  type SweepOptions,
  type SweepProgress,
  type SweepResult,
  type Swept,
  type SweptName,
  sweepHyperparameter,
  sweepInWords,
  sweepMethod,
  sweepPositions,
  sweptLabel,
  valueText,
} from "./sweep/index.ts";
export type { Handle } from "./threads/handle.ts";
export { type RunHandle, startRun, startSearch, startSweep } from "./threads/start.ts";
export { gradientNorm } from "./training/accumulate.ts";
export type { Callback, EpochLine, EvaluationPart, StepLine, Training } from "./training/callback.ts";
export { type Checkpoint, copyWeights, type KeptWeights, setWeights } from "./training/checkpoint.ts";
export {
  type ClassWeights,
  classWeightsOf,
  type LabeledImages,
} from "./training/class-weights.ts";
export { type BatchSize, batchSizeAt, type Clock, type ClockOptions, clockOf } from "./training/clock.ts";
export type { TrainData, TrainingImages } from "./training/data.ts";
export { type StopEarlyOptions, stopEarly } from "./training/early-stopping.ts";
export { followPlateau } from "./training/follow-plateau.ts";
export type { FollowedMetric } from "./training/followed-metric.ts";
export type { TrainObjective } from "./training/objective.ts";
export type { TrainOptions } from "./training/options.ts";
export type { PhaseName, PhaseSettings } from "./training/phases.ts";
export { microBatches, type PlannedBatch, type Position, planBatches } from "./training/plan.ts";
export type { TrainResult } from "./training/result.ts";
export { train } from "./training/train.ts";
export { labelsJson } from "./usage/model-input.ts";
