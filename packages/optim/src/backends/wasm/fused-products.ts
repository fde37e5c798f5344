import { type Expression, type ExpressionOf, isHost, operands } from "../../rule/expression.ts";
import type { MapPass } from "../../rule/plan.ts";

/** Returns the product that may be fused into a sum: either of a + b, the second of a - b. */
export function fusedProduct(e: Expression): ExpressionOf<"binary"> | undefined {
  if (e.kind !== "binary" || (e.op !== "add" && e.op !== "sub")) return undefined;
  const isProduct = (x: Expression): x is ExpressionOf<"binary"> => x.kind === "binary" && x.op === "mul" && !isHost(x);
  if (isProduct(e.b)) return e.b;
  return e.op === "add" && isProduct(e.a) ? e.a : undefined;
}

/** Returns the products that are used once, in a sum, and so may be fused into it. */
export function fusedProducts({ compute, stores, reductions }: MapPass): ReadonlySet<Expression> {
  const used = [
    ...compute.flatMap(operands),
    ...stores.map(({ value }) => value),
    ...reductions.map(({ node }) => node.a),
  ];
  const candidates = compute.map(fusedProduct).filter((product) => product !== undefined);
  return new Set(
    candidates.filter((product) => used.indexOf(product) === used.lastIndexOf(product) && compute.includes(product)),
  );
}
