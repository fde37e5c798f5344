import { type Expression, type ExpressionOf, Graph, isHost, reachable } from "./expression.ts";
import type { Shape } from "./shape.ts";

/**
 * Returns equivalent expressions with less work per element: a division by a number that all elements share becomes a
 * product with its inverse, and such numbers are collected into one factor that the host computes. Results differ from
 * the rule as written by a few units in the last place.
 */
export function rearrange(
  outputs: ReadonlyMap<string, Expression>,
  shapes: ReadonlyMap<string, Shape>,
): Map<string, Expression> {
  const graph = new Graph(shapes);
  const done = new Map<Expression, Expression>();
  const of = (e: Expression): Expression => done.get(e) as Expression;

  const multiply = (a: Expression, b: Expression): Expression => {
    // Factors stay inside a product of two elements: (u x)^2 may be in range where u^2 x^2 is not.
    if (isHost(a) === isHost(b)) return graph.binary("mul", a, b);
    const [factor, x] = isHost(a) ? [a, split(b)] : [b, split(a)];
    return scale(x.factor ? graph.binary("mul", factor, x.factor) : factor, x.rest as Expression);
  };
  const divide = (a: Expression, b: Expression): Expression => {
    if (isHost(a) && isHost(b)) return graph.binary("div", a, b);
    if (isHost(b)) return multiply(graph.binary("div", graph.constant(1), b), a);
    const [x, y] = [split(a), split(b)];
    if (!x.rest) return graph.binary("div", y.factor ? graph.binary("div", a, y.factor) : a, y.rest as Expression);
    const ratio = graph.binary("div", x.rest, y.rest as Expression);
    if (!y.factor) return scale(x.factor, ratio);
    return scale(graph.binary("div", x.factor ?? graph.constant(1), y.factor), ratio);
  };
  const scale = (factor: Expression | undefined, x: Expression): Expression =>
    factor ? graph.binary("mul", factor, x) : x;

  const rebuild = (e: Expression): Expression => {
    switch (e.kind) {
      case "constant":
        return graph.constant(e.value);
      case "scalar":
        return graph.scalar(e.name);
      case "read":
        return graph.read(e.name);
      case "random":
        return graph.random(e.site);
      case "unary": {
        const a = of(e.a);
        const { factor, rest } = split(a);
        return e.op === "neg" && factor && rest ? scale(graph.unary("neg", factor), rest) : graph.unary(e.op, a);
      }
      case "binary":
        if (e.op === "mul") return multiply(of(e.a), of(e.b));
        if (e.op === "div") return divide(of(e.a), of(e.b));
        return graph.binary(e.op, of(e.a), of(e.b));
      case "select":
        return graph.select(of(e.condition), of(e.yes), of(e.no));
      case "product":
        return graph.node({ ...e, a: of(e.a), b: of(e.b) });
      default:
        // An identity matrix has no operand.
        return graph.node({ ...(e as ExpressionOf<"transpose">), a: of((e as ExpressionOf<"transpose">).a) });
    }
  };
  for (const e of reachable(outputs.values())) done.set(e, rebuild(e));
  return new Map([...outputs].map(([name, e]) => [name, of(e)]));
}

/** Splits a value into a factor shared by all elements and the rest. */
function split(e: Expression): { readonly factor?: Expression; readonly rest?: Expression } {
  if (isHost(e)) return { factor: e };
  if (e.kind === "binary" && e.op === "mul" && isHost(e.a) && !isHost(e.b)) return { factor: e.a, rest: e.b };
  return { rest: e };
}
