import { BINARY, UNARY } from "./arithmetic.ts";
import type { Expression } from "./expression.ts";

/** Returns the number of a name: a hyperparameter, `t`, or a state that is one number for the tensor. */
export type ScalarLookup = (name: string) => number;

/** Evaluates host expressions in float64, operands first, and stores each value at its id. */
export function evaluateHost(expressions: readonly Expression[], values: Float64Array, scalar: ScalarLookup): void {
  for (const e of expressions) values[e.id] = evaluate(e, values, scalar);
}

/** Returns the value of a host expression whose operands are evaluated. */
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
