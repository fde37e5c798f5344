import { apply, type FunctionName, numbers } from "../backends/functions.ts";
import { elementFunction } from "../backends/wasm/functions.ts";
import { unary } from "../rule/calls.ts";
import type { Expression } from "../rule/expression.ts";
import type { Vocabulary } from "../rule/vocabulary.ts";

const nameOf = (e: Expression): FunctionName => (e as Expression & { readonly op: FunctionName }).op;

/** Vocabulary of exp, log, cos, and powers of elements other than small whole ones. */
export const transcendental: Vocabulary<"exp" | "log" | "cos"> = {
  functions: { exp: unary("exp"), log: unary("log"), cos: unary("cos") },
  operations: {
    interpret: (e, a, b) => apply(nameOf(e), numbers, a, b),
    emit: (module, f, e) => elementFunction(module, f, nameOf(e)),
  },
};
