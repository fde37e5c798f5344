import type { Expression, Graph } from "./expression.ts";
import type { TensorFacts } from "./tensor.ts";

/** Information about a call of a function in a rule. */
export interface CallContext {
  readonly graph: Graph;
  /** Returns the tensor's facts; a rule that calls this has a specialization for each shape. */
  shape(): TensorFacts;
  /** Position of the call in the rule's text, the same for all tensors. */
  readonly label: string;
  /** Returns a new number for each `random()` in the rule's text. */
  nextSite(): number;
  fail(problem: string): never;
}

/** A function of the rule language. */
export interface Call {
  /** Minimum and maximum number of arguments. */
  readonly takes: readonly [number, number];
  readonly build: (context: CallContext, ...operands: [Expression, ...Expression[]]) => Expression;
}

export const unary = (op: Parameters<Graph["unary"]>[0]): Call => ({
  takes: [1, 1],
  build: ({ graph }, x) => graph.unary(op, x),
});

const folding = (op: "min" | "max"): Call => ({
  takes: [2, 8],
  build: ({ graph }, ...all) => all.reduce((a, b) => graph.binary(op, a, b)),
});

/** Functions that every rule may call. */
export const ELEMENTARY = {
  sqrt: unary("sqrt"),
  abs: unary("abs"),
  sign: unary("sign"),
  floor: unary("floor"),
  /** Rounding to float32 in any dtype. */
  float32: unary("fround"),
  min: folding("min"),
  max: folding("max"),
  clamp: {
    takes: [3, 3],
    build: ({ graph }, x, low, high) =>
      graph.binary("min", graph.binary("max", x, low as Expression), high as Expression),
  },
  where: { takes: [3, 3], build: ({ graph }, c, yes, no) => graph.select(c, yes as Expression, no as Expression) },
} as const satisfies Record<string, Call>;
