export { toLatex } from "./backends/latex.ts";
export type { WgslBinding, WgslBufferKind, WgslContents } from "./backends/wgsl/buffers.ts";
export type { WgslStep } from "./backends/wgsl/host.ts";
export type { WgslPass } from "./backends/wgsl/module.ts";
export { toWgsl, type WgslOptions, type WgslProgram, wgslProgram } from "./backends/wgsl/program.ts";
export type { WgslUniform } from "./backends/wgsl/uniforms.ts";
export * from "./batch-size/index.ts";
export * from "./controllers/index.ts";
export type { Condition, Role } from "./definition/condition.ts";
export { defineOptimizer, type OptimizerDefinition, type OptimizerFactory } from "./definition/define-optimizer.ts";
export type { Group } from "./definition/groups.ts";
export type { HyperparameterArguments, StepFunction } from "./definition/hyperparameters.ts";
export { Optimizer, type OptimizerOptions } from "./definition/optimizer.ts";
export type { PartneredFactory } from "./definition/partner.ts";
export { type SplitByRole, type SplitPart, split } from "./definition/split.ts";
export * from "./optimizers/index.ts";
export {
  type LbfgsArguments,
  type LbfgsHyperparameters,
  type LbfgsOptimizer,
  type LbfgsOptions,
  type LbfgsState,
  type LbfgsUpdater,
  type LbfgsValues,
  lbfgs,
} from "./optimizers/lbfgs/lbfgs.ts";
export { momo } from "./optimizers/momo.ts";
export { optimizers } from "./optimizers/registry.ts";
export { addHessianDiagonal, sophia } from "./optimizers/sophia.ts";
export type { Dtype, FloatArray } from "./parameters/dtype.ts";
export { type Dimensions, Parameters, type ParametersOptions } from "./parameters/parameters.ts";
export { RuleError } from "./rule/syntax.ts";
export type { Description } from "./schedules/description.ts";
export { epochAt, type StepsPerEpoch, stepAt } from "./schedules/epoch-clock.ts";
export { type ScheduleFinding, scheduleFindings } from "./schedules/findings.ts";
export * from "./schedules/index.ts";
export type { Moment } from "./schedules/moments.ts";
export { schedules } from "./schedules/registry.ts";
export type { Schedule } from "./schedules/schedule.ts";
export * from "./suggestions/index.ts";
export * from "./surfaces/index.ts";
export { NonFiniteGradientError } from "./updater/guard.ts";
export type { BindOptions, Guard, RestoreOptions } from "./updater/options.ts";
export type { TensorState, UpdaterState } from "./updater/state.ts";
export type { MicroStep, Updater, UpdaterGroup } from "./updater/updater.ts";
export { decompositions } from "./vocabularies/decompositions.ts";
export { matrices } from "./vocabularies/matrices.ts";
export { randomness } from "./vocabularies/randomness.ts";
export { reductions } from "./vocabularies/reductions.ts";
export { transcendental } from "./vocabularies/transcendental.ts";
export * from "./wrappers/index.ts";
