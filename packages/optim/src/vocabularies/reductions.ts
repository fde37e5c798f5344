import { rows } from "../backends/rows.ts";
import type { CallContext } from "../rule/calls.ts";
import type { Expression, Graph } from "../rule/expression.ts";
import { planPhases } from "../rule/plan-phases.ts";
import { lengths, volume } from "../rule/shape.ts";
import type { Vocabulary } from "../rule/vocabulary.ts";
import { allocate } from "./areas.ts";

const ALL = [0, 1, 2, 3] as const;

/** Returns axes given as in NumPy, from the end: -1 is the last. Default: all axes. */
function axesOf({ fail }: CallContext, given: readonly Expression[]): readonly number[] {
  if (given.length === 0) return ALL;
  return given.map((axis) => {
    if (axis.kind !== "constant" || !Number.isInteger(axis.value) || axis.value < -4 || axis.value > -1) {
      return fail("an axis is a whole number from -4 to -1, counted from the last");
    }
    return 4 + axis.value;
  });
}

/** Returns all axes except the tensor's first: the inputs of one unit of a layer. A vector is one unit. */
function unitAxes({ shape }: CallContext): readonly number[] {
  const { rank } = shape();
  return ALL.slice(rank < 2 ? 0 : Math.max(1, 5 - rank));
}

function mean({ graph, shape }: CallContext, x: Expression, axes: readonly number[]): Expression {
  const reduced = lengths(
    [...x.shape].map((letter, axis) => (axes.includes(axis) ? letter : ".")).join(""),
    shape().axes,
  );
  return graph.binary("div", graph.reduce("sum", x, axes), graph.constant(volume(reduced)));
}

function norm(graph: Graph, x: Expression, axes: readonly number[], total: string | null = null): Expression {
  return graph.unary("sqrt", graph.reduce("sum", graph.binary("mul", x, x), axes, total));
}

/**
 * Vocabulary of sums, means, norms and maxima: over a tensor, along some of its axes, over the inputs of one unit, over
 * all tensors.
 */
export const reductions: Vocabulary<
  "sum" | "mean" | "norm" | "maximum" | "unitNorm" | "unitMean" | "totalSum" | "totalNorm"
> = {
  functions: {
    sum: { takes: [1, 5], build: (context, x, ...axes) => context.graph.reduce("sum", x, axesOf(context, axes)) },
    maximum: { takes: [1, 5], build: (context, x, ...axes) => context.graph.reduce("max", x, axesOf(context, axes)) },
    mean: { takes: [1, 5], build: (context, x, ...axes) => mean(context, x, axesOf(context, axes)) },
    norm: { takes: [1, 5], build: (context, x, ...axes) => norm(context.graph, x, axesOf(context, axes)) },
    unitNorm: { takes: [1, 1], build: (context, x) => norm(context.graph, x, unitAxes(context)) },
    unitMean: { takes: [1, 1], build: (context, x) => mean(context, x, unitAxes(context)) },
    totalSum: { takes: [1, 1], build: ({ graph, label }, x) => graph.reduce("sum", x, ALL, label) },
    totalNorm: { takes: [1, 1], build: ({ graph, label }, x) => norm(graph, x, ALL, label) },
  },
  plan: planPhases,
  passes: { map: rows },
  allocate,
};
