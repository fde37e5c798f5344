import type { Expression, Graph } from "./expression.ts";
import type { FunctionNames } from "./names.ts";

/** What a call may ask of the place where it stands. */
export interface CallContext {
  readonly graph: Graph;
  /** How many axes the tensor has, as the rule sees it. */
  readonly rank: number;
  /** The place in the rule's text: the same for every kind of tensor. */
  readonly label: string;
  /** A number of its own for each `random()` in the rule's text. */
  nextSite(): number;
  fail(problem: string): never;
}

interface Call {
  /** Fewest and most arguments. */
  readonly takes: readonly [number, number];
  readonly build: (context: CallContext, ...operands: Expression[]) => Expression;
}

const ALL = [0, 1, 2, 3] as const;

/** Axes given as in NumPy, from the end: -1 is the last. None given: all. */
function axesOf({ fail }: CallContext, given: readonly Expression[]): readonly number[] {
  if (given.length === 0) return ALL;
  return given.map((axis) => {
    if (axis.kind !== "constant" || !Number.isInteger(axis.value) || axis.value < -4 || axis.value > -1) {
      return fail("an axis is a whole number from -4 to -1, counted from the last");
    }
    return 4 + axis.value;
  });
}

/** All axes but the tensor's first: what feeds one unit of a layer. A tensor of one axis is one unit. */
const unitAxes = (rank: number): readonly number[] => ALL.slice(rank < 2 ? 0 : Math.max(1, 5 - rank));

function mean(graph: Graph, x: Expression, axes: readonly number[]): Expression {
  const counted = axes.filter((axis) => x.shape[axis] !== ".").map((axis) => graph.scalar(`axis${x.shape[axis]}`));
  const count = counted.reduce((product, length) => graph.binary("mul", product, length), graph.constant(1));
  return graph.binary("div", graph.reduce("sum", x, axes), count);
}

function norm(graph: Graph, x: Expression, axes: readonly number[], total: string | null = null): Expression {
  return graph.unary("sqrt", graph.reduce("sum", graph.binary("mul", x, x), axes, total));
}

const unary = (op: "sqrt" | "abs" | "sign" | "exp" | "log" | "cos" | "floor" | "fround"): Call => ({
  takes: [1, 1],
  build: ({ graph }, x) => graph.unary(op, x as Expression),
});

/** The functions of the rule language. */
export const CALLS: Readonly<Record<FunctionNames, Call>> = {
  sqrt: unary("sqrt"),
  abs: unary("abs"),
  sign: unary("sign"),
  exp: unary("exp"),
  log: unary("log"),
  cos: unary("cos"),
  floor: unary("floor"),
  /** Rounds to float32, whatever the dtype. */
  float32: unary("fround"),
  min: { takes: [2, 8], build: ({ graph }, ...all) => all.reduce((a, b) => graph.binary("min", a, b)) },
  max: { takes: [2, 8], build: ({ graph }, ...all) => all.reduce((a, b) => graph.binary("max", a, b)) },
  clamp: {
    takes: [3, 3],
    build: ({ graph }, x, low, high) => graph.binary("min", graph.binary("max", x as Expression, low as Expression), high as Expression),
  },
  where: { takes: [3, 3], build: ({ graph }, c, yes, no) => graph.select(c as Expression, yes as Expression, no as Expression) },
  /** Over one tensor, or along the given axes of it. */
  sum: { takes: [1, 5], build: (context, x, ...axes) => context.graph.reduce("sum", x as Expression, axesOf(context, axes)) },
  maximum: { takes: [1, 5], build: (context, x, ...axes) => context.graph.reduce("max", x as Expression, axesOf(context, axes)) },
  mean: { takes: [1, 5], build: (context, x, ...axes) => mean(context.graph, x as Expression, axesOf(context, axes)) },
  norm: { takes: [1, 5], build: (context, x, ...axes) => norm(context.graph, x as Expression, axesOf(context, axes)) },
  unitNorm: { takes: [1, 1], build: (context, x) => norm(context.graph, x as Expression, unitAxes(context.rank)) },
  unitMean: { takes: [1, 1], build: (context, x) => mean(context.graph, x as Expression, unitAxes(context.rank)) },
  /** Over all tensors that the optimizer updates. */
  totalSum: { takes: [1, 1], build: ({ graph, label }, x) => graph.reduce("sum", x as Expression, ALL, label) },
  totalNorm: { takes: [1, 1], build: ({ graph, label }, x) => norm(graph, x as Expression, ALL, label) },
  matmul: { takes: [2, 2], build: ({ graph }, a, b) => graph.product(a as Expression, b as Expression) },
  transpose: { takes: [1, 1], build: ({ graph }, a) => graph.transpose(a as Expression) },
  /** Uniform in [0, 1), 24 bits: a function of seed, step, tensor and place, the same on every backend. */
  random: { takes: [0, 0], build: ({ graph, nextSite }) => graph.random(nextSite()) },
  /** Standard normal, by Box and Muller's transform of two uniform numbers. */
  normal: {
    takes: [0, 0],
    build: ({ graph, nextSite }) => {
      const uniform = graph.random(nextSite());
      const angle = graph.binary("mul", graph.constant(2 * Math.PI), graph.random(nextSite()));
      const logarithm = graph.unary("log", graph.binary("sub", graph.constant(1), uniform));
      const radius = graph.unary("sqrt", graph.binary("mul", graph.constant(-2), logarithm));
      return graph.binary("mul", radius, graph.unary("cos", angle));
    },
  },
};
