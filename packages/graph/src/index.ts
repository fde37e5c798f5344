export type { ImageShape, Normalization } from "@downhill/optim/image";
export { type Arithmetic, probeArithmetic } from "./compile/arithmetic.ts";
export { type CompileOptions, compile, type Lowering, type Program, type RunOptions } from "./compile/compile.ts";
export { type CpuKernels, probeCpuKernels } from "./compile/cpu-kernels.ts";
export { lower } from "./compile/lower.ts";
export { type OnnxFile, type OpenOptions, openOnnx } from "./compile/open-onnx.ts";
export { constant } from "./core/constant.ts";
export {
  type ComputedOp,
  type CustomGradient,
  type CustomGradientContext,
  defineCustomOp as defineOp,
  type LoweredOp,
  type NodeBuilder,
} from "./core/custom-op.ts";
export { gradients } from "./core/gradients.ts";
export { input } from "./core/input.ts";
export type { Shape } from "./core/shape.ts";
export type { Tensor } from "./core/tensor.ts";
export type { DType, Values } from "./core/values.ts";
export { compileDeviceStep, type DeviceStep } from "./device-step/device-step.ts";
export type { DeviceName } from "./devices/device-name.ts";
export type { DeviceTensor } from "./devices/device-tensor.ts";
export { GraphError, UnavailableDeviceError } from "./error.ts";
export { type ExportOptions, exportOnnx, writeOnnx } from "./export/export-onnx.ts";
export type { ImageBatches } from "./export/quantize/calibrate.ts";
export { halveOnnx } from "./export/quantize/half-onnx.ts";
export { quantizeOnnx } from "./export/quantize/quantize-onnx.ts";
export { type ImportedModel, type ImportOptions, importOnnx } from "./import/import-onnx.ts";
export { packOnnx, readOnnx } from "./import/read-onnx.ts";
export { type Eigen, symmetricEigen } from "./layers/eigen.ts";
export * as layers from "./layers/index.ts";
export { type AdaptOptions, adapt } from "./model/adapt.ts";
export * as initializers from "./model/initializers.ts";
export { defineModel, type Forward, type Model, type ModelGraph, type NamedForward } from "./model/model.ts";
export { matchesName, type NameMatch } from "./model/name-match.ts";
export { createNetwork, type Network, type NetworkOptions } from "./model/network.ts";
export { rolesOf } from "./model/roles.ts";
export { type LayerRecord, Scope, type Variable } from "./model/scope.ts";
export { headNames, type SplitModel, splitModel } from "./model/split-model.ts";
export { type Summary, type SummaryOptions, type SummaryRow, summary } from "./model/summary.ts";
export { trainedNames } from "./model/trained.ts";
export { checkModelOptions, type ModelName, smallestSide } from "./models/checks.ts";
export * from "./models/index.ts";
export * as models from "./models/index.ts";
export * as ops from "./ops/index.ts";
export { type LoweredRule, lowerRule, type UpdateGraph, updateGraph } from "./optimizer/update-graph.ts";
export {
  type CheckedClassLoss,
  CLASS_LOSSES,
  type ClassLoss,
  type ClassLossName,
  type ClassLossSettings,
  checkClassLoss,
} from "./training/class-loss.ts";
export { type EstimateOptions, estimateHessianDiagonal } from "./training/estimate-hessian-diagonal.ts";
export { compileEvaluation, type Evaluation, type EvaluationOptions, type Measurement } from "./training/evaluation.ts";
export {
  compileExplanation,
  type Explained,
  type Explanation,
  type ExplanationOptions,
} from "./training/explanation.ts";
export {
  compileHessianProduct,
  type HessianProduct,
  type HessianProductOptions,
  type HessianProductResult,
} from "./training/hessian-product.ts";
export type { JointTensors, NetworkFunction, Networks } from "./training/joint-graph.ts";
export { compileJointStep, type JointResult, type JointStep, type JointStepOptions } from "./training/joint-step.ts";
export {
  type BatchNormMeasurement,
  type MeasuredBatch,
  type MeasuredBatches,
  type MeasureOptions,
  measureBatchNorm,
  prepareBatchNormMeasurement,
} from "./training/measure-batch-norm.ts";
export type { LossFunction, LossTensors, ObjectiveOptions } from "./training/objective.ts";
export type { BatchArguments, ClassLabels, TargetArrays, TargetShape, TargetShapes } from "./training/targets.ts";
export { type TrainingGraphOptions, trainingGraph } from "./training/training-graph.ts";
export {
  type BatchOptions,
  compileTrainingStep,
  type Mix,
  type TrainingResult,
  type TrainingStep,
  type TrainingStepOptions,
} from "./training/training-step.ts";
export { processorFeatures } from "./tuning/machine.ts";
export type { VariantRecord } from "./tuning/record.ts";
