import { type Expression, operands, reachable } from "@downhill/optim/rule";

/** Tells whether an expression is a number that is known before the step: of hyperparameters, the step, and sizes. */
export function knownBeforeStep(roots: Iterable<Expression>): (e: Expression) => boolean {
  const known = new Set<Expression>();
  for (const e of reachable(roots)) {
    const isLeaf = e.kind === "constant" || e.kind === "scalar";
    const isArithmetic = e.kind === "unary" || e.kind === "binary" || e.kind === "select";
    if (isLeaf || (isArithmetic && operands(e).every((operand) => known.has(operand)))) known.add(e);
  }
  return (e) => known.has(e);
}

/** An expression of such numbers as text: the same text for what is computed alike from the same names. */
export function print(e: Expression): string {
  if (e.kind === "constant") return String(e.value);
  if (e.kind === "scalar") return e.name;
  return `${"op" in e ? e.op : e.kind}(${operands(e).map(print).join(", ")})`;
}
