import type { BinaryOperator } from "../../rule/arithmetic.ts";
import { type Expression, isHost, type Kind } from "../../rule/expression.ts";
import type { MapPass, Place } from "../../rule/plan.ts";
import type { PrepareOptions } from "../backend.ts";
import { MIX_FIRST, MIX_SECOND, SITE_STRIDE } from "../random.ts";
import { F64, FunctionBody, I32, type Instruction, type ModuleBuilder, V128 } from "./assembler.ts";
import { elementFunction } from "./functions.ts";

/** Parameters of every kernel: where the tensor's frame and the pass's uniforms lie, and the tensor's random key. */
const FRAME = 0;
const UNIFORMS = 1;
const KEY = 2;

/** The places that a pass touches, in the order of their slots in a frame. */
export function placesOf(pass: MapPass): Place[] {
  const all = [...pass.reads.values(), ...pass.stores.map(({ place }) => place), ...pass.reductions.map(({ place }) => place)];
  return [...new Map(all.map((place) => [placeKey(place), place])).values()];
}

export const placeKey = (place: Place): string => (place.kind === "stream" ? place.name : `${place.kind} ${place.index}`);

/**
 * A frame is what a kernel must know of one tensor, as 32-bit integers: the lengths of the three outer axes and of the
 * inner one, then for each place its first byte and, in bytes, how far it moves with each outer axis.
 */
export const FRAME_HEADER = 4;
export const FRAME_SLOT = 4;

const COMPARISON: Partial<Record<BinaryOperator, Instruction>> = { lt: "f32x4.lt", le: "f32x4.le", eq: "f32x4.eq" };
const ARITHMETIC: Partial<Record<BinaryOperator, Instruction>> = {
  add: "f32x4.add",
  sub: "f32x4.sub",
  mul: "f32x4.mul",
  div: "f32x4.div",
  min: "f32x4.min",
  max: "f32x4.max",
};
const isComparison = (e: Expression): e is Kind<"binary"> => e.kind === "binary" && e.op in COMPARISON && !isHost(e);

/** How many elements one turn of a loop takes: several vectors, one vector, or a single element in the first lane. */
type Width = { readonly vectors: number } | "single";

/** Emits the kernel of one pass. It returns 1, or 0 where it met a gradient that is not finite. */
export function emitMap(module: ModuleBuilder, pass: MapPass, options: PrepareOptions): FunctionBody {
  return new MapEmitter(module, pass, options).emit();
}

/** Running results of one reduction: two vectors of float64 lanes for each of two copies, and what is left over. */
interface Accumulators {
  readonly vectors: readonly number[];
  readonly tail: number;
}

class MapEmitter {
  readonly #f = new FunctionBody();
  readonly #places: Place[];
  /** The first byte of the current row, for each place. */
  readonly #rows: number[];
  /** Values that stay for the whole pass, or the row. */
  readonly #kept = new Map<Expression, number>();
  readonly #constants = new Map<number, number>();
  readonly #uses = new Map<Expression, number>();
  readonly #position: number;
  readonly #rowNumber: number;
  readonly #accumulators: Accumulators[];

  constructor(
    private readonly module: ModuleBuilder,
    private readonly pass: MapPass,
    private readonly options: PrepareOptions,
  ) {
    this.#places = placesOf(pass);
    this.#rows = this.#places.map(() => this.#f.local(I32));
    this.#position = this.#f.local(I32);
    this.#rowNumber = this.#f.local(I32);
    this.#accumulators = pass.reductions.map(() => ({
      vectors: [0, 1, 2, 3].map(() => this.#f.local(V128)),
      tail: this.#f.local(F64),
    }));
    for (const e of [...pass.compute, ...pass.stores.map(({ value }) => value), ...pass.reductions.map(({ node }) => node.a)]) {
      for (const used of pass.compute.includes(e) ? elementOperands(e) : [e]) this.#uses.set(used, (this.#uses.get(used) ?? 0) + 1);
    }
  }

  emit(): FunctionBody {
    const f = this.#f;
    for (const [slot, e] of this.pass.uniforms.entries()) f.get(UNIFORMS).memory("v128.load32_splat", 4 * slot).set(this.#keep(e));
    const outer = [0, 1, 2].map((axis) => {
      const limit = f.local(I32);
      f.get(FRAME).memory("i32.load", 4 * axis).set(limit);
      return { index: f.local(I32), limit };
    });
    const width = f.local(I32);
    f.get(FRAME).memory("i32.load", 12).set(width);

    const nest = (depth: number): void => {
      const axis = outer[depth];
      if (!axis) return this.#row(width, outer.map(({ index }) => index));
      f.i32(0).set(axis.index);
      f.while(
        () => f.get(axis.index).get(axis.limit).op("i32.lt_u"),
        () => {
          nest(depth + 1);
          f.get(axis.index).i32(1).op("i32.add").set(axis.index);
        },
      );
    };
    nest(0);
    return f.i32(1);
  }

  #keep(e: Expression): number {
    const local = this.#f.local(V128);
    this.#kept.set(e, local);
    return local;
  }

  /** Whether a value changes along the inner loop. */
  #runsInward(e: { readonly shape: string }): boolean {
    return this.pass.flat || e.shape[this.pass.inner] !== ".";
  }

  #slot(place: Place): number {
    return this.#places.findIndex((other) => placeKey(other) === placeKey(place));
  }

  #row(width: number, indices: readonly number[]): void {
    const f = this.#f;
    for (const [slot, row] of this.#rows.entries()) {
      const base = 4 * (FRAME_HEADER + FRAME_SLOT * slot);
      f.get(FRAME).memory("i32.load", base);
      for (const [axis, index] of indices.entries()) {
        f.get(FRAME).memory("i32.load", base + 4 * (axis + 1)).get(index).op("i32.mul", "i32.add");
      }
      f.set(row);
    }
    for (const [e, place] of this.pass.reads) {
      if (this.#runsInward(e)) continue;
      this.#loadRowValue(place);
      f.set(this.#kept.get(e) ?? this.#keep(e));
    }
    const rowValues = new Values(this.#kept);
    for (const e of this.pass.compute) {
      if (this.#runsInward(e)) continue;
      this.#compute(e, rowValues, 0);
      f.set(this.#kept.get(e) ?? this.#keep(e));
    }
    this.#startReductions();
    f.i32(0).set(this.#position);
    const vectors = this.#unroll();
    const limits = vectors > 1 ? [{ vectors }, { vectors: 1 }, "single" as const] : [{ vectors: 1 }, "single" as const];
    for (const turn of limits) this.#loop(turn, width);
    this.#finishReductions();
    f.get(this.#rowNumber).get(width).op("i32.add").set(this.#rowNumber);
  }

  /** Two vectors a turn hide the latency of divisions and roots, and sum in eight lanes; four do for the rest. */
  #unroll(): number {
    const isSlow = this.pass.compute.some((e) => (e.kind === "binary" && (e.op === "div" || e.op === "pow")) || e.kind === "unary");
    return isSlow || this.pass.reductions.length > 0 ? 2 : 4;
  }

  #loadRowValue(place: Place): void {
    this.#f.get(this.#rows[this.#slot(place)] as number);
    if (place.kind === "sums") this.#f.memory("f64.load").op("f32.demote_f64", "f32x4.splat");
    else this.#f.memory("v128.load32_splat");
  }

  #loop(turn: Width, width: number): void {
    const f = this.#f;
    const elements = turn === "single" ? 1 : 4 * turn.vectors;
    f.while(
      () => f.get(this.#position).i32(elements).op("i32.add").get(width).op("i32.le_u"),
      () => {
        const addresses = this.#addresses();
        const copies = Array.from({ length: turn === "single" ? 1 : turn.vectors }, () => new Values(this.#kept));
        for (const [copy, values] of copies.entries()) this.#loads(values, addresses, turn, copy);
        this.#checkGradient(copies);
        for (const [copy, values] of copies.entries()) {
          for (const e of this.pass.compute) if (this.#runsInward(e) && !this.#isFused(e)) values.set(e, this.#inLocal(() => this.#compute(e, values, copy)));
        }
        for (const [copy, values] of copies.entries()) {
          for (const [index, { place, node }] of this.pass.reductions.entries()) this.#reduce(index, place, node, values, addresses, turn, copy);
          for (const { place, value } of this.pass.stores) {
            f.get(addresses.get(placeKey(place)) as number);
            this.#push(value, values);
            if (turn === "single") f.storeFirstLane();
            else f.memory("v128.store", 16 * copy);
          }
        }
        f.get(this.#position).i32(elements).op("i32.add").set(this.#position);
      },
    );
  }

  /** Where each place that runs along the row stands now. */
  #addresses(): Map<string, number> {
    const f = this.#f;
    const addresses = new Map<string, number>();
    for (const [slot, place] of this.#places.entries()) {
      if (!this.#runsInward(place)) continue;
      const address = f.local(I32);
      f.get(this.#rows[slot] as number).get(this.#position).i32(place.kind === "sums" ? 3 : 2).op("i32.shl", "i32.add").set(address);
      addresses.set(placeKey(place), address);
    }
    return addresses;
  }

  #inLocal(push: () => void): number {
    push();
    const local = this.#f.local(V128);
    this.#f.set(local);
    return local;
  }

  #loads(values: Values, addresses: ReadonlyMap<string, number>, turn: Width, copy: number): void {
    const f = this.#f;
    for (const [e, place] of this.pass.reads) {
      if (!this.#runsInward(e)) continue;
      const address = addresses.get(placeKey(place)) as number;
      values.set(
        e,
        this.#inLocal(() => {
          if (place.kind !== "sums") f.get(address).memory(turn === "single" ? "v128.load32_zero" : "v128.load", 16 * copy);
          else if (turn === "single") f.get(address).memory("f64.load").op("f32.demote_f64", "f32x4.splat");
          else {
            f.get(address).memory("v128.load", 32 * copy).op("f32x4.demote_f64x2_zero");
            f.get(address).memory("v128.load", 32 * copy + 16).op("f32x4.demote_f64x2_zero");
            joinLowHalves(f);
          }
        }),
      );
    }
  }

  /** x - x is 0 for a finite x and NaN for any other. */
  #checkGradient(copies: readonly Values[]): void {
    if (!this.pass.checksGradient || !this.options.checksGradient) return;
    const f = this.#f;
    const gradient = [...this.pass.reads.keys()].find((e) => e.kind === "read" && e.name === "g") as Expression;
    for (const [copy, values] of copies.entries()) {
      this.#push(gradient, values);
      this.#push(gradient, values);
      f.op("f32x4.sub");
      if (copy > 0) f.op("v128.or");
    }
    f.op("v128.any_true").if(() => f.i32(0).op("return"));
  }

  #constant(value: number): void {
    this.#f.vector(new Float32Array(4).fill(value));
  }

  /** Pushes a node's value: four float32. */
  #push(e: Expression, values: Values): void {
    if (e.kind === "constant") return this.#constant(e.value);
    const local = values.get(e);
    if (local === undefined) return this.#compute(e, values, 0);
    this.#f.get(local);
    if (isComparison(e)) {
      this.#constant(1);
      this.#f.op("v128.and");
    }
  }

  /** Pushes all ones where a condition holds. */
  #pushMask(e: Expression, values: Values): void {
    if (isComparison(e)) {
      this.#f.get(values.get(e) as number);
      return;
    }
    this.#push(e, values);
    this.#constant(0);
    this.#f.op("f32x4.ne");
  }

  /** Pushes what a node computes: a mask for a comparison, four float32 for all others. */
  #compute(e: Expression, values: Values, copy: number): void {
    const f = this.#f;
    const push = (operand: Expression): void => this.#push(operand, values);
    switch (e.kind) {
      case "unary":
        return this.#unary(e, push);
      case "binary":
        return this.#binary(e, push, values);
      case "select":
        push(e.yes);
        push(e.no);
        this.#pushMask(e.condition, values);
        f.op("v128.bitselect");
        return;
      case "random":
        return this.#random(e.site, copy);
      default:
        throw new TypeError(`${e.kind} is not computed for each element`);
    }
  }

  #unary(e: Kind<"unary">, push: (e: Expression) => void): void {
    const f = this.#f;
    push(e.a);
    if (e.op === "fround") return;
    if (e.op === "exp" || e.op === "log" || e.op === "cos") return elementFunction(this.module, f, e.op);
    if (e.op !== "sign") {
      f.op(`f32x4.${e.op}`);
      return;
    }
    const x = f.local(V128);
    f.set(x);
    for (const compare of ["f32x4.gt", "f32x4.lt"] as const) {
      f.get(x);
      this.#constant(0);
      f.op(compare);
      this.#constant(1);
      f.op("v128.and");
    }
    f.op("f32x4.sub");
  }

  #binary(e: Kind<"binary">, push: (e: Expression) => void, values: Values): void {
    const f = this.#f;
    if (this.#fuse(e, push, values)) return;
    push(e.a);
    push(e.b);
    if (e.op === "pow") return elementFunction(this.module, f, "pow");
    f.op((ARITHMETIC[e.op] ?? COMPARISON[e.op]) as Instruction);
  }

  /** A product that is used once, in a sum, where products may be fused into sums. */
  #isFused(e: Expression): boolean {
    if (!this.options.relaxedSimd || e.kind !== "binary" || e.op !== "mul" || this.#uses.get(e) !== 1) return false;
    return this.pass.compute.some((user) => fusedProduct(user) === e);
  }

  #fuse(e: Kind<"binary">, push: (e: Expression) => void, values: Values): boolean {
    const product = fusedProduct(e);
    if (!product || !this.#isFused(product) || values.get(product) !== undefined) return false;
    push(product.a);
    push(product.b);
    push(e.a === product ? e.b : e.a);
    this.#f.op(e.op === "add" ? "f32x4.relaxed_madd" : "f32x4.relaxed_nmadd");
    return true;
  }

  /** As `randomAt` in ../random.ts, in four lanes. */
  #random(site: number, copy: number): void {
    const f = this.#f;
    const x = f.local(V128);
    const constant = (value: number): void => void f.vector(new Int32Array(4).fill(value));
    const xorShifted = (bits: number): void => void f.get(x).get(x).i32(bits).op("i32x4.shr_u", "v128.xor");
    const mix = (): void => {
      xorShifted(16);
      constant(MIX_FIRST);
      f.op("i32x4.mul").set(x);
      xorShifted(15);
      constant(MIX_SECOND);
      f.op("i32x4.mul").set(x);
      xorShifted(16);
      f.set(x);
    };
    f.get(this.#rowNumber).get(this.#position).op("i32.add", "i32x4.splat");
    f.vector(Int32Array.from([0, 1, 2, 3], (lane) => (lane + 4 * copy + Math.imul(site, SITE_STRIDE)) | 0));
    f.op("i32x4.add").set(x);
    mix();
    f.get(x).get(KEY).op("i32x4.splat", "v128.xor").set(x);
    mix();
    f.get(x).i32(8).op("i32x4.shr_u", "f32x4.convert_i32x4_u");
    this.#constant(2 ** -24);
    f.op("f32x4.mul");
  }

  #startReductions(): void {
    for (const [index, { node }] of this.pass.reductions.entries()) {
      const start = node.op === "max" ? Number.NEGATIVE_INFINITY : 0;
      const { vectors, tail } = this.#accumulators[index] as Accumulators;
      for (const vector of vectors) this.#f.vector(new Float64Array(2).fill(start)).set(vector);
      this.#f.f64(start).set(tail);
    }
  }

  #reduce(index: number, place: Place, node: Kind<"reduce">, values: Values, addresses: ReadonlyMap<string, number>, turn: Width, copy: number): void {
    const f = this.#f;
    const vectorOp = node.op === "max" ? "f64x2.max" : "f64x2.add";
    const scalarOp = node.op === "max" ? "f64.max" : "f64.add";
    const { vectors, tail } = this.#accumulators[index] as Accumulators;
    const address = addresses.get(placeKey(place));
    const isRowResult = this.pass.flat || address === undefined;
    if (turn === "single") {
      const first = (): void => {
        this.#push(node.a, values);
        f.op("f64x2.promote_low_f32x4").extractF64(0);
      };
      if (isRowResult) {
        f.get(tail);
        first();
        f.op(scalarOp).set(tail);
      } else {
        f.get(address).get(address).memory("f64.load");
        first();
        f.op(scalarOp).memory("f64.store");
      }
      return;
    }
    for (const half of [0, 1] as const) {
      const promote = (): void => {
        this.#push(node.a, values);
        if (half === 1) highHalf(f);
        f.op("f64x2.promote_low_f32x4");
      };
      if (isRowResult) {
        const accumulator = vectors[2 * (copy % 2) + half] as number;
        f.get(accumulator);
        promote();
        f.op(vectorOp).set(accumulator);
      } else {
        const offset = 32 * copy + 16 * half;
        f.get(address).get(address).memory("v128.load", offset);
        promote();
        f.op(vectorOp).memory("v128.store", offset);
      }
    }
  }

  #finishReductions(): void {
    const f = this.#f;
    for (const [index, { place, node }] of this.pass.reductions.entries()) {
      if (!this.pass.flat && this.#runsInward(place)) continue;
      const vectorOp = node.op === "max" ? "f64x2.max" : "f64x2.add";
      const scalarOp = node.op === "max" ? "f64.max" : "f64.add";
      const { vectors, tail } = this.#accumulators[index] as Accumulators;
      const [low0, high0, low1, high1] = vectors as [number, number, number, number];
      const cell = this.#rows[this.#slot(place)] as number;
      f.get(cell).get(cell).memory("f64.load");
      f.get(low0).get(low1).op(vectorOp).get(high0).get(high1).op(vectorOp, vectorOp).tee(low0).extractF64(0);
      f.get(low0).extractF64(1).op(scalarOp).get(tail).op(scalarOp, scalarOp).memory("f64.store");
    }
  }
}

/** Locals of values: those of one copy of the loop's body, before those kept. */
class Values {
  readonly #own = new Map<Expression, number>();
  constructor(private readonly kept: ReadonlyMap<Expression, number>) {}
  get(e: Expression): number | undefined {
    return this.#own.get(e) ?? this.kept.get(e);
  }
  set(e: Expression, local: number): void {
    this.#own.set(e, local);
  }
}

const elementOperands = (e: Expression): readonly Expression[] =>
  e.kind === "unary" ? [e.a] : e.kind === "binary" ? [e.a, e.b] : e.kind === "select" ? [e.condition, e.yes, e.no] : [];

/** The product that a sum could be fused with: of a + b either, of a - b the second. */
function fusedProduct(e: Expression): Kind<"binary"> | undefined {
  if (e.kind !== "binary" || (e.op !== "add" && e.op !== "sub")) return undefined;
  const isProduct = (x: Expression): x is Kind<"binary"> => x.kind === "binary" && x.op === "mul" && !isHost(x);
  if (isProduct(e.b)) return e.b;
  return e.op === "add" && isProduct(e.a) ? e.a : undefined;
}

/** Moves the upper two of four float32 lanes down. */
export function highHalf(f: FunctionBody): void {
  const x = f.local(V128);
  f.tee(x).get(x).shuffle(8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}

/** The lower two lanes of one vector, then those of another. */
export function joinLowHalves(f: FunctionBody): void {
  f.shuffle(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}
