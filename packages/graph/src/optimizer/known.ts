import { type Expression, operands, reachable, textOf } from "@downhill/optim/rule";

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
export const print = (e: Expression): string => {
  const short = printUpTo(e, PRINTED);
  return short ?? textOf(e);
};

/** Operations up to which a text is written as nested calls, for people. */
const PRINTED = 64;

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
