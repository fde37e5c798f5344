/**
 * Entry point for other backends, such as the graph package, which lowers rules to ONNX nodes: `specialize` a rule for a
 * tensor, `rearrange` its expressions, and write each node in the target's operations.
 */
export type { NamedTensors } from "../definition/condition.ts";
export { valuesAt } from "../definition/hyperparameters.ts";
export { allParts, mapParts } from "../definition/map-parts.ts";
export type { OptimizerParts } from "../definition/parts.ts";
export { type BoundGroup, bindGroups } from "../updater/groups.ts";
export { type StateLayout, stateMisfit, type TensorLayout } from "../updater/misfit.ts";
export type { BinaryOperator, UnaryOperator } from "./arithmetic.ts";
export { type Expression, type ExpressionOf, operands, type ReduceOperator, reachable, textOf } from "./expression.ts";
export { foldedHyperparameters } from "./fold.ts";
export { evaluateHost, hostValue } from "./host.ts";
export { rearrange } from "./rearrange.ts";
export { ELEMENT, lengths, SCALAR, type Shape } from "./shape.ts";
export { specialize } from "./specialize.ts";
export { type TensorFacts, tensorFacts } from "./tensor.ts";
