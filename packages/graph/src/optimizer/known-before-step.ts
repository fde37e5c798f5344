import { type Expression, operands, reachable, textOf } from "@downhill/optim/rule";

/**
 * Returns a predicate: true if an expression is a number that the host can compute before the step, from
 * hyperparameters, the step and sizes.
 */
export function knownBeforeStep(roots: Iterable<Expression>): (e: Expression) => boolean {
  const known = new Set<Expression>();
  for (const e of reachable(roots)) {
    const isLeaf = e.kind === "constant" || e.kind === "scalar";
    const isArithmetic = e.kind === "unary" || e.kind === "binary" || e.kind === "select";
    if (isLeaf || (isArithmetic && operands(e).every((operand) => known.has(operand)))) known.add(e);
  }
  return (e) => known.has(e);
}

/** Prints an expression of such numbers. Equal computations have equal texts. */
export const print = (e: Expression): string => {
  const short = printUpTo(e, MOST_PRINTED);
  return short ?? textOf(e);
};

/** Maximum number of operations that are printed as nested calls, which are easy to read. */
const MOST_PRINTED = 64;

function printUpTo(e: Expression, most: number): string | null {
  if (e.kind === "constant") return String(e.value);
  if (e.kind === "scalar") return e.name;
  let left = most - 1;
  const parts: string[] = [];
  for (const operand of operands(e)) {
    const text = left > 0 ? printUpTo(operand, left) : null;
    if (text === null) return null;
    parts.push(text);
    left -= text.split("(").length;
  }
  return `${"op" in e ? e.op : e.kind}(${parts.join(", ")})`;
}
