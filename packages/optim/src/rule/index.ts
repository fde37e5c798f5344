/**
 * What it takes to lower a rule to another backend, as the graph package does to ONNX nodes: `specialize` a rule for a
 * tensor, `rearrange` its expressions, and write each node in the target's operations.
 */
export { namesOfGroups } from "../groups.ts";
export { valuesAt } from "../hyperparameters.ts";
export { evaluateHost, hostValue } from "../updater/host.ts";
export { type StateLayout, stateMisfit, type TensorLayout } from "../updater/misfit.ts";
export { BINARY, type BinaryOperator, UNARY, type UnaryOperator } from "./arithmetic.ts";
export type { Folded, Specialized } from "./evaluate.ts";
export {
  type Expression,
  Graph,
  isHost,
  type Kind,
  operands,
  type ReduceOperator,
  reachable,
  textOf,
} from "./expression.ts";
export { foldedHyperparameters } from "./fold.ts";
export {
  type MapPass,
  type Pass,
  type Place,
  type Plan,
  type ProductPass,
  plan,
  type Stage,
  type TransposePass,
} from "./plan.ts";
export { rearrange } from "./rearrange.ts";
export type { HyperparameterValue, Rule } from "./rule.ts";
export { ELEMENT, lengths, SCALAR, type Shape, volume } from "./shape.ts";
export { type Specialization, specialize } from "./specialize.ts";
export { type TensorFacts, tensorFacts } from "./tensor.ts";
