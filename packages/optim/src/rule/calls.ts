import type { Expression, Graph } from "./expression.ts";
import type { TensorFacts } from "./tensor.ts";

/** What a call may ask of the place where it stands. */
export interface CallContext {
  readonly graph: Graph;
  /** The tensor's, as the rule sees it; who asks has a specialisation for each shape. */
  shape(): TensorFacts;
  /** The place in the rule's text: the same for every kind of tensor. */
  readonly label: string;
  /** A number of its own for each `random()` in the rule's text. */
  nextSite(): number;
  fail(problem: string): never;
}

/** A function of the rule language. */
export interface Call {
  /** Fewest and most arguments. */
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

/** The functions that every rule may use. */
export const ELEMENTARY = {
  sqrt: unary("sqrt"),
  abs: unary("abs"),
  sign: unary("sign"),
  floor: unary("floor"),
  /** Rounds to float32, whatever the dtype. */
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
