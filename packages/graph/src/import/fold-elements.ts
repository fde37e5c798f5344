import { at, broadcast, showShape, sizeOf } from "../core/shape.ts";
import type { NodeContext } from "./context.ts";
import { expanded } from "./fold-structure.ts";
import { type Known, type KnownKind, known } from "./known.ts";

type Function2 = (a: number, b: number) => number;

/** Functions of two numbers, by the op. Those of whole numbers differ for division. */
const BINARY: Readonly<
  Record<string, { readonly compute: Function2; readonly kind?: KnownKind; readonly ints?: Function2 }>
> = {
  Add: { compute: (a, b) => a + b },
  Sub: { compute: (a, b) => a - b },
  Mul: { compute: (a, b) => a * b },
  Div: { compute: (a, b) => a / b, ints: (a, b) => Math.trunc(a / b) },
  Pow: { compute: (a, b) => a ** b },
  Mod: { compute: (a, b) => a - b * Math.floor(a / b) },
  Max: { compute: Math.max },
  Min: { compute: Math.min },
  Equal: { compute: (a, b) => Number(a === b), kind: "bool" },
  Less: { compute: (a, b) => Number(a < b), kind: "bool" },
  LessOrEqual: { compute: (a, b) => Number(a <= b), kind: "bool" },
  Greater: { compute: (a, b) => Number(a > b), kind: "bool" },
  GreaterOrEqual: { compute: (a, b) => Number(a >= b), kind: "bool" },
  And: { compute: (a, b) => Number(a !== 0 && b !== 0), kind: "bool" },
  Or: { compute: (a, b) => Number(a !== 0 || b !== 0), kind: "bool" },
  Xor: { compute: (a, b) => Number((a !== 0) !== (b !== 0)), kind: "bool" },
};

/** Functions of one number, by the op. */
const UNARY: Readonly<Record<string, (x: number) => number>> = {
  Abs: Math.abs,
  Neg: (x) => -x,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)),
  Reciprocal: (x) => 1 / x,
  Sign: Math.sign,
  Relu: (x) => Math.max(x, 0),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Tanh: Math.tanh,
  Sin: Math.sin,
  Cos: Math.cos,
  Not: (x) => Number(x === 0),
};

/** Computes an elementwise op on known inputs; null for other ops. */
export function foldElements(context: NodeContext): Known | null {
  const { node, count } = context;
  const binary = Object.hasOwn(BINARY, node.type) ? BINARY[node.type] : undefined;
  if (binary) {
    const { compute, kind, ints = compute } = binary;
    let result = context.known(0);
    for (let i = 1; i < count; i++) {
      const own = result.kind === "float" ? compute : ints;
      result = combine(context, result, context.known(i), own, kind);
    }
    return result;
  }
  const unary = Object.hasOwn(UNARY, node.type) ? UNARY[node.type] : undefined;
  if (unary) {
    const x = context.known(0);
    const y = known(x.kind, x.shape, x.weight);
    for (let i = 0; i < y.data.length; i++) y.data[i] = unary(at(x.data, i));
    return y;
  }
  return node.type === "Where" ? foldWhere(context) : null;
}

function combine({ node }: NodeContext, a: Known, b: Known, compute: Function2, kind = a.kind): Known {
  const shape = broadcast(a.shape, b.shape);
  if (!shape) return node.fail(`the shapes ${showShape(a.shape)} and ${showShape(b.shape)} do not broadcast.`);
  const [left, right] = [expanded(a, shape).data, expanded(b, shape).data];
  const y = known(kind, shape, kind === "float" ? (a.weight ?? b.weight) : null);
  for (let i = 0; i < y.data.length; i++) y.data[i] = compute(at(left, i), at(right, i));
  return y;
}

function foldWhere(context: NodeContext): Known {
  const [condition, a, b] = [context.known(0), context.known(1), context.known(2)];
  const both = broadcast(a.shape, b.shape);
  const shape = both && broadcast(condition.shape, both);
  if (!shape) return context.node.fail("the shapes of the three inputs do not broadcast.");
  const [chosen, left, right] = [condition, a, b].map((one) => expanded(one, shape).data) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const y = known(a.kind, shape, a.weight ?? b.weight);
  for (let i = 0; i < sizeOf(shape); i++) y.data[i] = chosen[i] ? at(left, i) : at(right, i);
  return y;
}
