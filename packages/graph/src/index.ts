export { type AdaptOptions, adapt } from "./adapt.ts";
export { type Arithmetic, probeArithmetic } from "./arithmetic.ts";
export type { Normalization } from "./batch.ts";
export { type CompileOptions, compile, type Lowering, type Program } from "./compile.ts";
export { constant } from "./constant.ts";
export { compileDeviceStep, type DeviceStep } from "./device-step.ts";
export type { DeviceName, Values } from "./devices/device.ts";
export type { DeviceTensor } from "./devices/device-tensor.ts";
export { GraphError } from "./error.ts";
export { compileEvaluation, type Evaluation, type EvaluationOptions } from "./evaluation.ts";
export { type ExportOptions, exportOnnx, writeOnnx } from "./export.ts";
export { gradients } from "./gradients.ts";
export * as initializers from "./initializers.ts";
export { input } from "./input.ts";
export * as layers from "./layers/index.ts";
export { lower } from "./lower.ts";
export { defineModel, type Forward, type ImageShape, type Model, type ModelGraph } from "./model.ts";
export * from "./models/index.ts";
export * as models from "./models/index.ts";
export { checkModelOptions, type ModelName, smallestSide } from "./models/rules.ts";
export { createNetwork, type Network } from "./network.ts";
export { type OnnxFile, type OpenOptions, openOnnx } from "./open-onnx.ts";
export * as ops from "./ops/index.ts";
export { type LoweredRule, lowerRule, type UpdateGraph, updateGraph } from "./optimizer.ts";
export { type LayerRecord, Scope, type Variable } from "./scope.ts";
export type { Shape } from "./shape.ts";
export { type Summary, type SummaryOptions, type SummaryRow, summary } from "./summary.ts";
export type { DType, Tensor } from "./tensor.ts";
export { type TrainingGraphOptions, trainingGraph } from "./training-graph.ts";
export {
  type BatchOptions,
  compileTrainingStep,
  type Mix,
  type TrainingResult,
  type TrainingStep,
  type TrainingStepOptions,
} from "./training-step.ts";
export type { VariantRecord } from "./tuning/record.ts";
