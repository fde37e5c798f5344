export { type CrossValidation, type FoldRun, readCrossValidation } from "./cross-validation.ts";
export {
  type CrossValidationFacts,
  crossValidationReport,
  foldFolder,
  isCrossValidation,
  readCrossValidationFacts,
} from "./cross-validation-file.ts";
export { begunFolds, removeCrossValidation } from "./remove.ts";
export { type FoldsEvent, type FoldsRequest, startFolds } from "./start-folds.ts";
export { reportCrossValidation } from "./write-report.ts";
