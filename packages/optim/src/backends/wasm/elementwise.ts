import { numberAt } from "../../number-at.ts";
import type { BinaryOperator } from "../../rule/arithmetic.ts";
import { type Expression, type ExpressionOf, isHost, operands } from "../../rule/expression.ts";
import type { MapPass, ValueLocation } from "../../rule/plan.ts";
import { isComposite } from "../../rule/plan-elementwise.ts";
import type { ElementOperation, PrepareOptions, RandomSource } from "../../rule/vocabulary.ts";
import { FunctionBody, I32, type Instruction, type ModuleBuilder, V128 } from "./assembler.ts";
import { fusedProduct, fusedProducts } from "./fused-products.ts";

/**
 * Parameters of every kernel: the offsets of the tensor's frame and of the pass's uniforms, and the tensor's random
 * key.
 */
export const FRAME = 0;
const UNIFORMS = 1;
const KEY = 2;

/**
 * Frame of a tensor: the facts that a kernel reads, as 32-bit integers. The lengths of the three outer axes and of the
 * inner one, then for each location its byte offset and its strides, in bytes, along the outer axes.
 */
export const FRAME_WIDTH = 3;
export const frameSlot = (slot: number): number => 4 * (4 + 4 * slot);

/** Returns the locations of a pass, in the order of their slots in a frame. */
export function locationsOf(pass: MapPass): ValueLocation[] {
  const all = [...pass.reads.values(), ...[...pass.stores, ...pass.reductions].map(({ location }) => location)];
  return [...new Map(all.map((location) => [locationKey(location), location])).values()];
}

const locationKey = (location: ValueLocation): string =>
  location.kind === "stream" ? location.name : `${location.kind} ${location.index}`;

const COMPARISON: Partial<Record<BinaryOperator, Instruction>> = { lt: "f32x4.lt", le: "f32x4.le", eq: "f32x4.eq" };
const isComparison = (e: Expression): e is ExpressionOf<"binary"> =>
  e.kind === "binary" && e.op in COMPARISON && !isHost(e);

/** Number of vectors in one turn of a loop; 0 for a single element in the first lane. */
export type Turn = 0 | 1 | 2 | 4;

/** Locals of values: those of one copy of the loop's body, then those that stay. */
export class Values {
  readonly #own = new Map<Expression, number>();
  constructor(private readonly kept: ReadonlyMap<Expression, number>) {}
  get(e: Expression): number | undefined {
    return this.#own.get(e) ?? this.kept.get(e);
  }
  set(e: Expression, local: number): void {
    this.#own.set(e, local);
  }
}

/**
 * Emits the kernel of one pass: an unrolled loop over vectors, and one over the remaining elements. The kernel returns
 * 1, or 0 if a gradient element is not finite.
 */
export class ElementwiseEmitter {
  protected readonly f = new FunctionBody();
  protected readonly locations: readonly ValueLocation[];
  /** Locals with the byte offset of each location in the current row. */
  protected readonly starts: readonly number[];
  /** Values that stay for the whole pass, or the row. */
  protected readonly kept = new Map<Expression, number>();
  protected readonly position: number;
  /** Index of the row's first element. */
  protected readonly first: number;
  /** Local that is never set. */
  readonly #zero: number;
  readonly #fused: ReadonlySet<Expression>;
  /** Locals of the values in one turn of a loop. */
  readonly #temporaries: number[] = [];

  constructor(
    protected readonly module: ModuleBuilder,
    protected readonly pass: MapPass,
    protected readonly options: PrepareOptions,
  ) {
    this.locations = locationsOf(pass);
    this.starts = this.locations.map(() => this.f.local(I32));
    this.position = this.f.local(I32);
    this.first = this.f.local(I32);
    this.#zero = this.f.local(V128);
    this.#fused = options.relaxedSimd ? fusedProducts(pass) : new Set();
  }

  emit(): FunctionBody {
    for (const [slot, e] of this.pass.uniforms.entries()) {
      this.f
        .get(UNIFORMS)
        .memory("v128.load32_splat", 4 * slot)
        .set(this.keep(e));
    }
    const width = this.f.local(I32);
    this.f
      .get(FRAME)
      .memory("i32.load", 4 * FRAME_WIDTH)
      .set(width);
    this.body(width);
    return this.f.i32(1);
  }

  protected body(width: number): void {
    for (const [slot, start] of this.starts.entries()) this.f.get(FRAME).memory("i32.load", frameSlot(slot)).set(start);
    this.loops(width);
  }

  /** Returns a local for a value that stays. */
  protected keep(e: Expression): number {
    const local = this.kept.get(e) ?? this.f.local(V128);
    this.kept.set(e, local);
    return local;
  }

  /** True if a value changes along the loop. */
  protected runsInward(_value: { readonly shape: string }): boolean {
    return true;
  }

  protected slot(location: ValueLocation): number {
    return this.locations.findIndex((other) => locationKey(other) === locationKey(location));
  }

  /** Returns the vectors per turn: two hide the latency of divisions and roots, four suit the rest. */
  protected unroll(): Turn {
    return this.pass.compute.some((e) => e.kind === "unary" || (e.kind === "binary" && /div|pow/.test(e.op))) ? 2 : 4;
  }

  protected loops(width: number): void {
    this.f.i32(0).set(this.position);
    for (const turn of [this.unroll(), 1, 0] as const) this.#loop(turn, width);
  }

  #loop(turn: Turn, width: number): void {
    const { f, pass } = this;
    const elements = 4 * turn || 1;
    f.while(
      () => f.get(this.position).i32(elements).op("i32.add").get(width).op("i32.le_u"),
      () => {
        const addresses = this.locations.map((location, slot) =>
          this.runsInward(location) ? this.#address(location, slot) : 0,
        );
        const copies = Array.from({ length: turn || 1 }, () => new Values(this.kept));
        for (const [copy, values] of copies.entries()) {
          for (const [e, location] of pass.reads) {
            if (!this.runsInward(e)) continue;
            this.load(location, numberAt(addresses, this.slot(location)), turn, copy);
            values.set(e, this.#popped());
          }
        }
        this.#checkGradient(copies);
        for (const [copy, values] of copies.entries()) {
          for (const e of pass.compute) {
            if (!this.runsInward(e) || this.#fused.has(e)) continue;
            this.compute(e, values, copy);
            values.set(e, this.#popped());
          }
        }
        for (const [copy, values] of copies.entries()) this.reduce(values, addresses, turn, copy);
        // The compiler joins vectors that are stored one after the other: see vectors.ts.
        for (const { location, value } of pass.stores) {
          for (const [copy, values] of copies.entries()) {
            f.get(numberAt(addresses, this.slot(location)));
            this.push(value, values);
            if (turn === 0) f.storeFirstLane();
            else f.memory("v128.store", 16 * copy);
          }
        }
        // Values that the next turn could still read would not be joined either.
        for (const local of this.#temporaries.splice(0)) f.get(this.#zero).set(local);
        f.get(this.position).i32(elements).op("i32.add").set(this.position);
      },
    );
  }

  /** Emits the part of a turn in the reductions: none in an elementwise pass. */
  protected reduce(_values: Values, _addresses: readonly number[], _turn: Turn, _copy: number): void {}

  #address(location: ValueLocation, slot: number): number {
    const { f } = this;
    const address = f.local(I32);
    const shift = location.kind === "sums" ? 3 : 2;
    f.get(numberAt(this.starts, slot)).get(this.position).i32(shift).op("i32.shl", "i32.add").set(address);
    return address;
  }

  /** Pushes four elements of a location, or one in the first lane. */
  protected load(_place: ValueLocation, address: number, turn: Turn, copy: number): void {
    this.f.get(address).memory(turn === 0 ? "v128.load32_zero" : "v128.load", 16 * copy);
  }

  #popped(): number {
    const local = this.f.local(V128);
    this.f.set(local);
    this.#temporaries.push(local);
    return local;
  }

  /** Emits the check of the gradient: x - x is 0 for a finite x and NaN for any other. */
  #checkGradient(copies: readonly Values[]): void {
    if (!this.pass.checksGradient || !this.options.checksGradient) return;
    const { f } = this;
    const gradient = [...this.pass.reads.keys()].find((e) => e.kind === "read" && e.name === "g") as Expression;
    for (const [copy, values] of copies.entries()) {
      this.push(gradient, values);
      this.push(gradient, values);
      f.op("f32x4.sub");
      if (copy > 0) f.op("v128.or");
    }
    f.op("v128.any_true").if(() => f.i32(0).op("return"));
  }

  #constant(value: number): void {
    this.f.vector(new Float32Array(4).fill(value));
  }

  /** Pushes a node's value: four float32. */
  protected push(e: Expression, values: Values): void {
    if (e.kind === "constant") {
      this.#constant(e.value);
      return;
    }
    this.f.get(values.get(e) as number);
    if (!isComparison(e)) return;
    this.#constant(1);
    this.f.op("v128.and");
  }

  /** Computes a node and pushes it: all ones where a comparison holds, four float32 for all others. */
  protected compute(e: Expression, values: Values, copy: number): void {
    const { f, module, options } = this;
    if (e.kind === "random") {
      const pushIndex = (): void => void f.get(this.first).get(this.position).op("i32.add");
      (options.vocabulary.random as RandomSource).emit(f, e.site, 4 * copy, KEY, pushIndex);
    } else if (isComposite(e)) {
      for (const operand of operands(e)) this.push(operand, values);
      (options.vocabulary.operations as ElementOperation).emit(module, f, e);
    } else if (e.kind === "unary") this.#unary(e, values);
    else if (e.kind === "binary") this.#binary(e, values);
    else this.#select(e as ExpressionOf<"select">, values);
  }

  #select({ condition, yes, no }: ExpressionOf<"select">, values: Values): void {
    const { f } = this;
    this.push(yes, values);
    this.push(no, values);
    if (isComparison(condition)) f.get(values.get(condition) as number);
    else {
      this.push(condition, values);
      this.#constant(0);
      f.op("f32x4.ne");
    }
    f.op("v128.bitselect");
  }

  #unary({ op, a }: ExpressionOf<"unary">, values: Values): void {
    const { f } = this;
    this.push(a, values);
    if (op === "fround") return;
    if (op !== "sign") {
      f.op(`f32x4.${op}` as Instruction);
      return;
    }
    const x = this.#popped();
    for (const compare of ["f32x4.gt", "f32x4.lt"] as const) {
      f.get(x);
      this.#constant(0);
      f.op(compare);
      this.#constant(1);
      f.op("v128.and");
    }
    f.op("f32x4.sub");
  }

  #binary(e: ExpressionOf<"binary">, values: Values): void {
    const product = fusedProduct(e);
    if (product && this.#fused.has(product)) {
      for (const operand of [product.a, product.b, e.a === product ? e.b : e.a]) this.push(operand, values);
      this.f.op(e.op === "add" ? "f32x4.relaxed_madd" : "f32x4.relaxed_nmadd");
      return;
    }
    this.push(e.a, values);
    this.push(e.b, values);
    this.f.op(`f32x4.${e.op}` as Instruction);
  }
}
