import { BINARY, type BinaryOperator, UNARY, type UnaryOperator } from "./arithmetic.ts";
import { broadcast, ELEMENT, reduced, SCALAR, type Shape } from "./shape.ts";

interface Common {
  /** Position in the graph's order: operands come before what uses them. */
  readonly id: number;
  readonly shape: Shape;
}

/**
 * A node of an expression graph. Nodes are made by a {@link Graph} and shared: the same expression is the same object.
 *
 * `scalar` is a number known on the host (a hyperparameter, `t`, `rows`); `read` is the value that a stream of the
 * tensor (`w`, `g` or a state) has before the step; `reduce` sums or takes the maximum over some of the four axes,
 * and over all tensors where `total` names it.
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
    | { readonly kind: "product"; readonly a: Expression; readonly b: Expression }
    | { readonly kind: "transpose"; readonly a: Expression }
  );

export type ReduceOperator = "sum" | "max";
export type ExpressionOf<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** The nodes that a node is computed from. */
export function operands(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case "unary":
    case "reduce":
    case "transpose":
      return [e.a];
    case "binary":
    case "product":
      return [e.a, e.b];
    case "select":
      return [e.condition, e.yes, e.no];
    default:
      return [];
  }
}

/** One number for the whole tensor: computed on the host, in float64. */
export const isHost = (e: Expression): boolean => e.shape === SCALAR;

/** Every node that the roots are computed from, operands first. */
export function reachable(
  roots: Iterable<Expression>,
  follow: (e: Expression) => readonly Expression[] = operands,
): Expression[] {
  const seen = new Set<Expression>();
  // A stack of its own: lines that build on each other make a graph that is as deep as they are many.
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
 * A host expression as text, such as `eq(t, 1)`: the same text for the same expression in every graph. Long parts stand
 * before it once, so that what is shared many times does not make it longer.
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

/** Makes nodes: shares equal ones, folds constants, and drops what has no effect (`x + 0`, `1 * x`, `0 * x`). */
export class Graph {
  readonly #nodes = new Map<string, Expression>();

  /** `shapes` are those of states, one number where it has none; `w` and `g` always differ for every element. */
  constructor(private readonly shapes: ReadonlyMap<string, Shape> = new Map()) {}

  #node<E extends Expression>(key: string, shape: Shape, fields: Omit<E, keyof Common>): Expression {
    let node = this.#nodes.get(key);
    if (!node) {
      node = { ...fields, id: this.#nodes.size, shape } as unknown as Expression;
      this.#nodes.set(key, node);
    }
    return node;
  }

  /** How many nodes were made. */
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

  /** Of elements, in operators that every backend has. */
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

  /** Small whole powers are products, so that no backend needs a logarithm for them. */
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

  /** Over the given axes of the four. An axis along which `a` is the same all over counts once. */
  reduce(op: ReduceOperator, a: Expression, axes: readonly number[], total: string | null = null): Expression {
    if (total === null && axes.every((axis) => a.shape[axis] === ".")) return a;
    return this.node({ kind: "reduce", op, a, axes, total, shape: reduced(a.shape, axes) });
  }

  /** A node of a kind that has no rules of its own here, such as a product of matrices; or such a node of another graph. */
  node({ shape, ...fields }: Fields): Expression {
    const parts = Object.entries(fields).filter(([name]) => name !== "id");
    const key = parts.map(([, part]) => (typeof part === "object" && part && "id" in part ? part.id : String(part)));
    return this.#node(key.join(), shape, fields as Omit<Expression, keyof Common>);
  }
}

/** What a node is made of, but for its place in the graph. */
type Fields = Expression extends infer E ? (E extends Expression ? Omit<E, "id"> : never) : never;
