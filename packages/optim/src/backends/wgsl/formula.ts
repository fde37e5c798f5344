import type { BinaryOperator } from "../../rule/arithmetic.ts";
import { type Expression, operands, reachable } from "../../rule/expression.ts";

/** Infix operators with their precedence. */
const INFIX: Partial<Record<BinaryOperator, readonly [symbol: string, level: number]>> = {
  eq: ["==", 1],
  lt: ["<", 2],
  le: ["<=", 2],
  add: ["+", 3],
  sub: ["-", 3],
  mul: ["*", 4],
  div: ["/", 4],
  mod: ["%", 4],
  pow: ["^", 6],
};
const UNARY_LEVEL = 5;

/** Maximum number of numbers and operators of a formula that is written in full. */
const LONGEST = 400;

/** Returns a host expression as a rule would write it, for readers of the shader; for a very long one, its length. */
export function formula(e: Expression): string {
  const lengths = new Map<Expression, number>();
  for (const node of reachable([e])) {
    lengths.set(
      node,
      operands(node).reduce((sum, operand) => sum + (lengths.get(operand) ?? 0), 1),
    );
  }
  return (lengths.get(e) ?? 0) > LONGEST ? `a formula of ${lengths.size} operations` : within(e, 0);
}

function within(e: Expression, least: number): string {
  const [text, level] = write(e);
  return level < least ? `(${text})` : text;
}

function write(e: Expression): readonly [text: string, level: number] {
  switch (e.kind) {
    case "constant":
      return [String(e.value), e.value < 0 ? UNARY_LEVEL : 7];
    case "scalar":
    case "read":
      return [e.name, 7];
    case "select":
      return [`${within(e.condition, 1)} ? ${within(e.yes, 1)} : ${within(e.no, 0)}`, 0];
    case "unary":
      if (e.op === "neg") return [`-${within(e.a, UNARY_LEVEL)}`, UNARY_LEVEL];
      return [`${e.op}(${within(e.a, 0)})`, 7];
    case "binary": {
      const infix = INFIX[e.op];
      if (!infix) break;
      const [symbol, level] = infix;
      const [left, right] = e.op === "pow" ? [level + 1, level] : [level, level + 1];
      const space = e.op === "pow" ? "" : " ";
      return [`${within(e.a, left)}${space}${symbol}${space}${within(e.b, right)}`, level];
    }
  }
  const name = "op" in e ? e.op : e.kind;
  return [
    `${name}(${operands(e)
      .map((operand) => within(operand, 0))
      .join(", ")})`,
    7,
  ];
}
