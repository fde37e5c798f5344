import { BINARY, UNARY } from "./arithmetic.ts";
import type { Expression } from "./expression.ts";

/** The number of a name: a hyperparameter, `t`, a length, or a state that is one number for the tensor. */
export type ScalarLookup = (name: string) => number;

/** Evaluates host expressions in float64, operands first, into `values` at their ids. */
export function evaluateHost(expressions: readonly Expression[], values: Float64Array, scalar: ScalarLookup): void {
  for (const e of expressions) values[e.id] = evaluate(e, values, scalar);
}

/** A host expression's value, once those that it is computed from are known. */
export function hostValue(e: Expression, values: Float64Array): number {
  return e.kind === "constant" ? e.value : (values[e.id] as number);
}

function evaluate(e: Expression, values: Float64Array, scalar: ScalarLookup): number {
  switch (e.kind) {
    case "scalar":
    case "read":
      return scalar(e.name);
    case "unary":
      return UNARY[e.op](hostValue(e.a, values));
    case "binary":
      return BINARY[e.op](hostValue(e.a, values), hostValue(e.b, values));
    case "select":
      return hostValue(hostValue(e.condition, values) !== 0 ? e.yes : e.no, values);
    default:
      throw new TypeError(`${e.kind} is not evaluated on the host`);
  }
}
