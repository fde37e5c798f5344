import * as functions from "../backends/functions.ts";
import { elementFunction } from "../backends/wasm/functions.ts";
import { unary } from "../rule/calls.ts";
import type { Expression } from "../rule/expression.ts";
import type { Vocabulary } from "../rule/vocabulary.ts";

type Name = "exp" | "log" | "cos" | "pow";
const nameOf = (e: Expression): Name => (e as Expression & { readonly op: Name }).op;

/** exp, log, cos, and powers of elements other than small whole ones. */
export const transcendental: Vocabulary<"exp" | "log" | "cos"> = {
  functions: { exp: unary("exp"), log: unary("log"), cos: unary("cos") },
  operations: {
    interpret(e, a, b) {
      const name = nameOf(e);
      return name === "pow" ? functions.pow(functions.numbers, a, b) : functions[name](functions.numbers, a);
    },
    emit: (module, f, e) => elementFunction(module, f, nameOf(e)),
  },
};
