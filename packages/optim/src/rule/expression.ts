import { BINARY, type BinaryOperator, UNARY, type UnaryOperator } from "./arithmetic.ts";
import { children } from "./children.ts";
import { broadcast, ELEMENT, reduced, SCALAR, type Shape } from "./shape.ts";

interface Common {
  /** Position in the graph's order: operands come before their users. */
  readonly id: number;
  readonly shape: Shape;
}

/**
 * Node of an expression graph. A {@link Graph} makes nodes and shares them: equal expressions are the same object.
 *
 * `scalar` is a number known on the host (a hyperparameter, `t`, `applies`). `read` is the value of a stream of the
 * tensor (`w`, `g` or a state) before the step. `reduce` is a sum or maximum over some of the four axes, and over all
 * tensors if `total` is the label of the call.
 */
export type Expression = Common &
  (
    | { readonly kind: "constant"; readonly value: number }
    | { readonly kind: "scalar"; readonly name: string }
    | { readonly kind: "read"; readonly name: string }
    | { readonly kind: "unary"; readonly op: UnaryOperator; readonly a: Expression }
    | { readonly kind: "binary"; readonly op: BinaryOperator; readonly a: Expression; readonly b: Expression }
    | { readonly kind: "select"; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
    | { readonly kind: "random"; readonly site: number }
    | {
        readonly kind: "reduce";
        readonly op: ReduceOperator;
        readonly a: Expression;
        readonly axes: readonly number[];
        readonly total: string | null;
      }
    | {
        readonly kind: "product";
        readonly a: Expression;
        readonly b: Expression;
        readonly leftTransposed: boolean;
        readonly rightTransposed: boolean;
        /** True if the result is symmetric, so that one side of its diagonal may be a copy of the other. */
        readonly symmetric: boolean;
      }
    | { readonly kind: "transpose"; readonly a: Expression }
    | { readonly kind: "identity" }
    | { readonly kind: "decomposition"; readonly op: Decomposition; readonly a: Expression }
  );

export type ReduceOperator = "sum" | "max";
/** Decomposition of a matrix; see the vocabulary `decompositions`. */
export type Decomposition = "eigenvectors" | "orthonormal" | "ordering";
export type ExpressionOf<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** Returns the operands of a node. */
export const operands: (e: Expression) => readonly Expression[] = children;

/** True if an expression is one number for the whole tensor, computed on the host in float64. */
export const isHost = (e: Expression): boolean => e.shape === SCALAR;

/** Returns all nodes that the roots depend on, operands first. */
export function reachable(
  roots: Iterable<Expression>,
  follow: (e: Expression) => readonly Expression[] = operands,
): Expression[] {
  const seen = new Set<Expression>();
  // An explicit stack, because the graph can be as deep as the rule has lines.
  const open: { readonly e: Expression; readonly below: readonly Expression[]; next: number }[] = [];
  const enter = (e: Expression): void => {
    if (!seen.has(e)) open.push({ e, below: follow(e), next: 0 });
  };
  for (const root of roots) {
    enter(root);
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const operand = top.below[top.next++];
      if (operand) {
        enter(operand);
        continue;
      }
      seen.add(top.e);
      open.pop();
    }
  }
  return [...seen];
}

/**
 * Returns a host expression as text, such as `eq(t, 1)`, the same for equal expressions of different graphs. Long parts
 * come first, once each, so that shared parts do not make the text longer.
 */
export function textOf(root: Expression): string {
  const texts = new Map<Expression, string>();
  const long: string[] = [];
  for (const e of reachable([root])) {
    const { kind, op = kind, name, value = name } = e as Partial<Record<"op" | "name" | "value", unknown>> & Expression;
    const inner = operands(e).map((operand) => texts.get(operand));
    const text = value === undefined ? `${op}(${inner.join(", ")})` : `${value}`;
    texts.set(e, text.length < 99 ? text : `#${long.push(text)}`);
  }
  return [...long, texts.get(root)].join(";");
}

const differentAxes = (op: string, a: Expression, b: Expression): RangeError =>
  new RangeError(`'${op}' of values that run along different axes (${a.shape} and ${b.shape})`);

/**
 * Makes nodes: shares equal ones, folds constants, and removes operations without effect (`x + 0`, `1 * x`, `0 * x`).
 */
export class Graph {
  readonly #nodes = new Map<string, Expression>();

  /** Creates an empty graph. A state without a shape is one number; `w` and `g` have one number per element. */
  constructor(private readonly shapes: ReadonlyMap<string, Shape> = new Map()) {}

  #node<E extends Expression>(key: string, shape: Shape, fields: Omit<E, keyof Common>): Expression {
    let node = this.#nodes.get(key);
    if (!node) {
      node = { ...fields, id: this.#nodes.size, shape } as unknown as Expression;
      this.#nodes.set(key, node);
    }
    return node;
  }

  /** Number of nodes. */
  get size(): number {
    return this.#nodes.size;
  }

  constant(value: number): Expression {
    return this.#node<ExpressionOf<"constant">>(Object.is(value, -0) ? "-0" : String(value), SCALAR, {
      kind: "constant",
      value,
    });
  }

  scalar(name: string): Expression {
    return this.#node<ExpressionOf<"scalar">>(`scalar ${name}`, SCALAR, { kind: "scalar", name });
  }

  read(name: string): Expression {
    const shape = name === "w" || name === "g" ? ELEMENT : (this.shapes.get(name) ?? SCALAR);
    return this.#node<ExpressionOf<"read">>(`read ${name}`, shape, { kind: "read", name });
  }

  random(site: number): Expression {
    return this.#node<ExpressionOf<"random">>(`random ${site}`, ELEMENT, { kind: "random", site });
  }

  unary(op: UnaryOperator, a: Expression): Expression {
    if (a.kind === "constant") return this.constant(UNARY[op](a.value));
    if (op === "neg" && a.kind === "unary" && a.op === "neg") return a.a;
    return this.#node<ExpressionOf<"unary">>(`${op} ${a.id}`, a.shape, { kind: "unary", op, a });
  }

  binary(op: BinaryOperator, a: Expression, b: Expression): Expression {
    if (a.kind === "constant" && b.kind === "constant") return this.constant(BINARY[op](a.value, b.value));
    if (op === "mod" && !(isHost(a) && isHost(b))) return this.#remainder(a, b);
    const simpler = this.#simplify(op, a, b);
    if (simpler) return simpler;
    const shape = broadcast(a.shape, b.shape);
    if (!shape) throw differentAxes(op, a, b);
    return this.#node<ExpressionOf<"binary">>(`${op} ${a.id} ${b.id}`, shape, { kind: "binary", op, a, b });
  }

  /** Returns the remainder of elements, in operators that every backend has. */
  #remainder(a: Expression, b: Expression): Expression {
    return this.binary("sub", a, this.binary("mul", b, this.unary("floor", this.binary("div", a, b))));
  }

  #simplify(op: BinaryOperator, a: Expression, b: Expression): Expression | undefined {
    const is = (e: Expression, value: number): boolean => e.kind === "constant" && e.value === value;
    switch (op) {
      case "add":
        if (is(b, 0)) return a;
        if (is(a, 0)) return b;
        return b.kind === "unary" && b.op === "neg" ? this.binary("sub", a, b.a) : undefined;
      case "sub":
        if (is(b, 0)) return a;
        if (is(a, 0)) return this.unary("neg", b);
        return b.kind === "unary" && b.op === "neg" ? this.binary("add", a, b.a) : undefined;
      case "mul":
        if (is(a, 0) || is(b, 1)) return a;
        return is(b, 0) || is(a, 1) ? b : undefined;
      case "div":
        return is(b, 1) || is(a, 0) ? a : undefined;
      case "pow":
        return b.kind === "constant" ? this.#power(a, b.value) : undefined;
      default:
        return undefined;
    }
  }

  /** Returns small whole powers as products, so that no backend needs a logarithm for them. */
  #power(a: Expression, exponent: number): Expression | undefined {
    switch (exponent) {
      case 0:
        return this.constant(1);
      case 1:
        return a;
      case 2:
        return this.binary("mul", a, a);
      case 3:
        return this.binary("mul", this.binary("mul", a, a), a);
      case 0.5:
        return this.unary("sqrt", a);
      case -1:
        return this.binary("div", this.constant(1), a);
      case -0.5:
        return this.binary("div", this.constant(1), this.unary("sqrt", a));
      default:
        return undefined;
    }
  }

  select(condition: Expression, yes: Expression, no: Expression): Expression {
    if (condition.kind === "constant") return condition.value !== 0 ? yes : no;
    if (yes === no) return yes;
    const branches = broadcast(yes.shape, no.shape);
    const shape = branches && broadcast(condition.shape, branches);
    if (!shape) throw differentAxes("?", yes, no);
    return this.#node<ExpressionOf<"select">>(`? ${condition.id} ${yes.id} ${no.id}`, shape, {
      kind: "select",
      condition,
      yes,
      no,
    });
  }

  /** Reduces over some of the four axes. An axis along which `a` is constant counts once. */
  reduce(op: ReduceOperator, a: Expression, axes: readonly number[], total: string | null = null): Expression {
    if (total === null && axes.every((axis) => a.shape[axis] === ".")) return a;
    return this.node({ kind: "reduce", op, a, axes, total, shape: reduced(a.shape, axes) });
  }

  /**
   * Returns a node of a kind without a method of its own, such as a matrix product, or a copy of a node of another
   * graph.
   */
  node({ shape, ...fields }: Fields): Expression {
    const parts = Object.entries(fields).filter(([name]) => name !== "id");
    const key = parts.map(([, part]) => (typeof part === "object" && part && "id" in part ? part.id : String(part)));
    return this.#node(key.join(), shape, fields as Omit<Expression, keyof Common>);
  }
}

/** Fields of a node except its position in the graph. */
type Fields = Expression extends infer E ? (E extends Expression ? Omit<E, "id"> : never) : never;
