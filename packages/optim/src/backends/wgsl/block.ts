import type { BinaryOperator } from "../../rule/arithmetic.ts";
import { type Expression, isHost, type Kind, operands } from "../../rule/expression.ts";
import type { Identifiers } from "./identifiers.ts";
import type { Uniforms } from "./uniforms.ts";

/** How tightly a piece of WGSL holds together; a looser one inside a tighter one is put in parentheses. */
enum Tightness {
  Comparison,
  Sum,
  Sign,
  Product,
  Atom,
}

/** The text of a value. Comparisons are of type bool until they are used as numbers. */
interface Piece {
  readonly text: string;
  readonly tightness: Tightness;
  readonly isCondition: boolean;
}

const SUMS: Partial<Record<BinaryOperator, string>> = { add: "+", sub: "-" };
const PRODUCTS: Partial<Record<BinaryOperator, string>> = { mul: "*", div: "/" };
const COMPARISONS: Partial<Record<BinaryOperator, string>> = { lt: "<", le: "<=", eq: "==" };

/** A value longer than this has a line of its own. */
const LONGEST = 64;

const atom = (text: string): Piece => ({ text, tightness: Tightness.Atom, isCondition: false });
const within = ({ text, tightness }: Piece, least: Tightness): string => (tightness < least ? `(${text})` : text);

/** What a body reads from outside: numbers of the host, and how the values that it finds in buffers are loaded. */
export interface Source {
  readonly uniforms: Uniforms;
  /** Host expressions that only the device knows, because they depend on a reduction. */
  readonly isOfDevice: (e: Expression) => boolean;
  /** The name and text of a value that is loaded; undefined for one that is computed. */
  readonly load: (e: Expression) => { readonly name: string; readonly text: string } | undefined;
  /** The position of the element, for random numbers. */
  readonly position: string;
  /** Notes that the module needs the function. */
  readonly random: () => string;
  /** Names for values that are stored. */
  readonly stored: ReadonlyMap<Expression, string>;
}

/** The body of a function, line by line. What is used once is written where it is used, all else is named. */
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

  /** Computes nodes, operands first. `uses` says how often each is needed. */
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
      const isNamed = (uses.get(e) ?? 0) > 1 || piece.text.length > LONGEST;
      const wanted = source.stored.get(e) ?? "x";
      this.#pieces.set(e, isNamed ? { ...piece, text: this.let(wanted, piece.text), tightness: Tightness.Atom } : piece);
    }
  }

  #number(e: Expression): Piece {
    const piece = this.#pieces.get(e) as Piece;
    return piece.isCondition ? atom(`f32(${piece.text})`) : piece;
  }

  #condition(e: Expression): Piece {
    const piece = this.#pieces.get(e) as Piece;
    if (piece.isCondition) return piece;
    return { text: `${within(piece, Tightness.Sum)} != 0.0`, tightness: Tightness.Comparison, isCondition: true };
  }

  /** The text of a value that was computed. */
  text(e: Expression): string {
    return this.#number(e).text;
  }

  #piece(e: Expression, source: Source): Piece {
    const number = (operand: Expression, least = Tightness.Comparison): string => within(this.#number(operand), least);
    switch (e.kind) {
      case "unary":
        if (e.op === "fround") return this.#number(e.a);
        if (e.op === "neg") return { text: `-${number(e.a, Tightness.Product)}`, tightness: Tightness.Sign, isCondition: false };
        return atom(`${e.op}(${number(e.a)})`);
      case "binary":
        return this.#binary(e, number);
      case "select":
        return atom(`select(${number(e.no)}, ${number(e.yes)}, ${this.#condition(e.condition).text})`);
      case "random":
        return atom(`${source.random()}(${source.position}, ${e.site}u)`);
      default:
        throw new TypeError(`${e.kind} is not computed for each element`);
    }
  }

  #binary(e: Kind<"binary">, number: (operand: Expression, least?: Tightness) => string): Piece {
    const negation = this.#negation(e);
    if (negation) return negation;
    const infix = (symbol: string, tightness: Tightness, left: Tightness, right: Tightness): Piece => ({
      text: `${number(e.a, left)} ${symbol} ${number(e.b, right)}`,
      tightness,
      isCondition: tightness === Tightness.Comparison,
    });
    const [sum, product, comparison] = [SUMS[e.op], PRODUCTS[e.op], COMPARISONS[e.op]];
    // What stands on the right is tighter: a - (b - c).
    if (sum) return infix(sum, Tightness.Sum, Tightness.Sum, Tightness.Product);
    if (product) return infix(product, Tightness.Product, Tightness.Product, Tightness.Atom);
    if (comparison) return infix(comparison, Tightness.Comparison, Tightness.Sum, Tightness.Sum);
    if (e.op === "mod") {
      const [a, b] = [number(e.a, Tightness.Sign), number(e.b, Tightness.Atom)];
      return { text: `${a} - ${b} * floor(${number(e.a, Tightness.Product)} / ${b})`, tightness: Tightness.Sum, isCondition: false };
    }
    return atom(`${e.op}(${number(e.a)}, ${number(e.b)})`);
  }

  /** A condition compared with 0: where it does not hold. */
  #negation(e: Kind<"binary">): Piece | undefined {
    const condition = this.#pieces.get(e.a) as Piece;
    if (e.op !== "eq" || !condition.isCondition || e.b.kind !== "constant" || e.b.value !== 0) return undefined;
    return { text: `!${within(condition, Tightness.Atom)}`, tightness: Tightness.Atom, isCondition: true };
  }
}

/** A literal; undefined for what WGSL cannot write: infinities and NaN. */
function constant(e: Expression): Piece | undefined {
  if (e.kind !== "constant" || !Number.isFinite(Math.fround(e.value))) return undefined;
  const text = literal(e.value);
  return { text, tightness: text.startsWith("-") ? Tightness.Sign : Tightness.Atom, isCondition: false };
}

/** The shortest decimal that is the same float32. */
export function literal(value: number): string {
  const rounded = Math.fround(value);
  let digits = 1;
  while (Math.fround(Number(value.toPrecision(digits))) !== rounded) digits++;
  const text = Object.is(rounded, -0) ? "-0" : String(Number(value.toPrecision(digits)));
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** How often each node is needed: by the others, and as a root. */
export function countUses(nodes: readonly Expression[], roots: readonly Expression[]): Map<Expression, number> {
  const uses = new Map<Expression, number>();
  for (const used of [...nodes.flatMap(operands), ...roots]) uses.set(used, (uses.get(used) ?? 0) + 1);
  return uses;
}
