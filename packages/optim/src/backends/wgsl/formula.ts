import type { BinaryOperator } from "../../rule/arithmetic.ts";
import { type Expression, operands } from "../../rule/expression.ts";

/** Operators written between their operands, with how tightly they bind. */
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

/** An expression of the host as a rule would write it, for people to read. */
export function formula(e: Expression, least = 0): string {
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
      return [`${formula(e.condition, 1)} ? ${formula(e.yes, 1)} : ${formula(e.no)}`, 0];
    case "unary":
      if (e.op === "neg") return [`-${formula(e.a, UNARY_LEVEL)}`, UNARY_LEVEL];
      return [`${e.op}(${formula(e.a)})`, 7];
    case "binary": {
      const infix = INFIX[e.op];
      if (!infix) break;
      const [symbol, level] = infix;
      const [left, right] = e.op === "pow" ? [level + 1, level] : [level, level + 1];
      const space = e.op === "pow" ? "" : " ";
      return [`${formula(e.a, left)}${space}${symbol}${space}${formula(e.b, right)}`, level];
    }
  }
  const name = "op" in e ? e.op : e.kind;
  return [
    `${name}(${operands(e)
      .map((operand) => formula(operand))
      .join(", ")})`,
    7,
  ];
}
