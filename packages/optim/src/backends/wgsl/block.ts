import type { BinaryOperator, UnaryOperator } from "../../rule/arithmetic.ts";
import { type Expression, type ExpressionOf, isHost, operands } from "../../rule/expression.ts";
import type { Identifiers } from "./identifiers.ts";
import type { Uniforms } from "./uniforms.ts";

/** Precedence of a piece of WGSL; a looser one inside a tighter one needs parentheses. */
enum Tightness {
  Comparison,
  Sum,
  Sign,
  Product,
  Atom,
}

/** Text of a value. */
interface Piece {
  readonly text: string;
  readonly tightness: Tightness;
  /** True for a comparison, of type bool until it is used as a number. */
  readonly isCondition: boolean;
}

const SUMS: Partial<Record<BinaryOperator, string>> = { add: "+", sub: "-" };
const PRODUCTS: Partial<Record<BinaryOperator, string>> = { mul: "*", div: "/" };
const COMPARISONS: Partial<Record<BinaryOperator, string>> = { lt: "<", le: "<=", eq: "==" };

/** Length beyond which a value gets its own line. */
const LONGEST = 64;

const number = (text: string, tightness: Tightness): Piece => ({ text, tightness, isCondition: false });
const condition = (text: string, tightness: Tightness): Piece => ({ text, tightness, isCondition: true });
const atom = (text: string): Piece => number(text, Tightness.Atom);
const within = ({ text, tightness }: Piece, least: Tightness): string => (tightness < least ? `(${text})` : text);

/** Functions that a module contains if its kernels call them. */
export type Helper = "random" | "cosine" | "logarithm";
const HELPERS: Partial<Record<UnaryOperator, Helper>> = { cos: "cosine", log: "logarithm" };

/** Sources of the values that a body reads: numbers of the host, and values in buffers. */
export interface Source {
  readonly uniforms: Uniforms;
  /** True for host expressions that only the device knows, because they depend on a reduction. */
  readonly isOfDevice: (e: Expression) => boolean;
  /** Returns the name and text of a value that is loaded; undefined for one that is computed. */
  readonly load: (e: Expression) => { readonly name: string; readonly text: string } | undefined;
  /** Returns the index of the element in the space, for random numbers. */
  readonly position: () => string;
  /** Registers that the module needs a function of helpers.ts. */
  readonly helper: (name: Helper) => Helper;
  /** Values that are stored or reduced in a line of their own, with the names they get if other values use them too. */
  readonly roots: ReadonlyMap<Expression, string>;
}

/** Body of a function, line by line. A value that is used once is written in place; all others are named. */
export class Block {
  readonly lines: string[] = [];
  #indent = "  ";
  readonly #pieces = new Map<Expression, Piece>();

  constructor(private readonly names: Identifiers) {}

  line(text: string): void {
    this.lines.push(`${this.#indent}${text}`);
  }

  open(head: string): void {
    this.line(`${head} {`);
    this.#indent += "  ";
  }

  close(): void {
    this.#indent = this.#indent.slice(2);
    this.line("}");
  }

  let(wanted: string, text: string): string {
    const name = this.names.claim(wanted);
    this.line(`let ${name} = ${text};`);
    return name;
  }

  variable(wanted: string, text: string): string {
    const name = this.names.claim(wanted);
    this.line(`var ${name} = ${text};`);
    return name;
  }

  /** Writes nodes, operands first; `uses` is the number of uses of each. */
  compute(nodes: readonly Expression[], uses: ReadonlyMap<Expression, number>, source: Source): void {
    for (const e of nodes) {
      if (this.#pieces.has(e)) continue;
      if (e.kind === "constant" || (isHost(e) && !source.isOfDevice(e))) {
        this.#pieces.set(e, constant(e) ?? atom(source.uniforms.number(e)));
        continue;
      }
      const loaded = source.load(e);
      if (loaded) {
        this.#pieces.set(e, atom(this.let(loaded.name, loaded.text)));
        continue;
      }
      const piece = this.#piece(e, source);
      const root = source.roots.get(e);
      const isNamed = (uses.get(e) ?? 0) > 1 || (root === undefined && piece.text.length > LONGEST);
      this.#pieces.set(
        e,
        isNamed ? { ...piece, text: this.let(root ?? "x", piece.text), tightness: Tightness.Atom } : piece,
      );
    }
  }

  #number(e: Expression): Piece {
    const piece = this.#pieces.get(e) as Piece;
    return piece.isCondition ? atom(`f32(${piece.text})`) : piece;
  }

  #condition(e: Expression): Piece {
    const piece = this.#pieces.get(e) as Piece;
    if (piece.isCondition) return piece;
    return condition(`${within(piece, Tightness.Sum)} != 0.0`, Tightness.Comparison);
  }

  /** Returns the text of a computed value. */
  text(e: Expression): string {
    return this.#number(e).text;
  }

  #piece(e: Expression, source: Source): Piece {
    switch (e.kind) {
      case "unary":
        if (e.op === "fround") return this.#number(e.a);
        if (e.op === "neg") return number(`-${this.#within(e.a, Tightness.Product)}`, Tightness.Sign);
        return atom(`${functionOf(e.op, source)}(${this.text(e.a)})`);
      case "binary":
        return this.#binary(e);
      case "select":
        return atom(`select(${this.text(e.no)}, ${this.text(e.yes)}, ${this.#condition(e.condition).text})`);
      case "random":
        return atom(`${source.helper("random")}(${source.position()}, ${e.site}u)`);
      default:
        throw new TypeError(`${e.kind} is not computed for each element`);
    }
  }

  #within(e: Expression, least: Tightness): string {
    return within(this.#number(e), least);
  }

  #binary(e: ExpressionOf<"binary">): Piece {
    const negation = this.#negation(e);
    if (negation) return negation;
    const infix = (symbol: string, left: Tightness, right: Tightness): string =>
      `${this.#within(e.a, left)} ${symbol} ${this.#within(e.b, right)}`;
    const [sum, product, comparison] = [SUMS[e.op], PRODUCTS[e.op], COMPARISONS[e.op]];
    // The right operand binds tighter: a - (b - c).
    if (sum) return number(infix(sum, Tightness.Sum, Tightness.Product), Tightness.Sum);
    if (product) return number(infix(product, Tightness.Product, Tightness.Atom), Tightness.Product);
    if (comparison) return condition(infix(comparison, Tightness.Sum, Tightness.Sum), Tightness.Comparison);
    if (e.op === "mod") {
      const [a, b] = [this.#within(e.a, Tightness.Product), this.#within(e.b, Tightness.Atom)];
      return number(`${a} - ${b} * floor(${a} / ${b})`, Tightness.Sum);
    }
    return atom(`${e.op}(${this.text(e.a)}, ${this.text(e.b)})`);
  }

  /** Returns the negation if a condition is compared with 0. */
  #negation(e: ExpressionOf<"binary">): Piece | undefined {
    const compared = this.#pieces.get(e.a) as Piece;
    const isNegation = e.op === "eq" && compared.isCondition && e.b.kind === "constant" && e.b.value === 0;
    return isNegation ? condition(`!${within(compared, Tightness.Atom)}`, Tightness.Atom) : undefined;
  }
}

/** Returns a literal; undefined for infinities and NaN, which WGSL cannot write. */
function constant(e: Expression): Piece | undefined {
  if (e.kind !== "constant" || !Number.isFinite(Math.fround(e.value))) return undefined;
  const text = literal(e.value);
  return number(text, text.startsWith("-") ? Tightness.Sign : Tightness.Atom);
}

/** Returns the shortest decimal that is the same float32. */
function literal(value: number): string {
  const rounded = Math.fround(value);
  let digits = 1;
  while (Math.fround(Number(value.toPrecision(digits))) !== rounded) digits++;
  const text = Object.is(rounded, -0) ? "-0" : String(Number(value.toPrecision(digits)));
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function functionOf(op: UnaryOperator, source: Source): string {
  const helper = HELPERS[op];
  return helper ? source.helper(helper) : op;
}

/** Returns the number of uses of each node: as an operand and as a root. */
export function countUses(nodes: readonly Expression[], roots: readonly Expression[]): Map<Expression, number> {
  const uses = new Map<Expression, number>();
  for (const used of [...nodes.flatMap(operands), ...roots]) uses.set(used, (uses.get(used) ?? 0) + 1);
  return uses;
}
