import { numberAt } from "../../number-at.ts";
import type { ExpressionOf } from "../../rule/expression.ts";
import type { MapPass, ValueLocation } from "../../rule/plan.ts";
import type { PrepareOptions } from "../../rule/vocabulary.ts";
import { F64, I32, type ModuleBuilder, V128 } from "./assembler.ts";
import { ElementwiseEmitter, FRAME, frameSlot, type Turn, Values } from "./elementwise.ts";
import { highHalf, joinLowHalves, WIDE } from "./wide.ts";

/**
 * Running results of one reduction: two vectors of float64 lanes for each of two copies, and the remaining elements.
 */
interface Accumulators {
  readonly vectors: readonly [number, number, number, number];
  readonly tail: number;
}

/** Emits the kernel of a pass that walks row by row: reductions, and values that run along some of the axes only. */
export class RowEmitter extends ElementwiseEmitter {
  readonly #accumulators: Accumulators[];

  constructor(module: ModuleBuilder, pass: MapPass, options: PrepareOptions) {
    super(module, pass, options);
    const vector = (): number => this.f.local(V128);
    this.#accumulators = pass.reductions.map(() => ({
      vectors: [vector(), vector(), vector(), vector()],
      tail: this.f.local(F64),
    }));
  }

  protected override runsInward(value: { readonly shape: string }): boolean {
    return this.pass.flat || value.shape[this.pass.inner] !== ".";
  }

  protected override unroll(): Turn {
    // The order in which a row is reduced has eight running results.
    return this.pass.reductions.length > 0 ? 2 : super.unroll();
  }

  protected override body(width: number): void {
    const { f } = this;
    const outer = [0, 1, 2].map((axis) => {
      const limit = f.local(I32);
      f.get(FRAME)
        .memory("i32.load", 4 * axis)
        .set(limit);
      return { index: f.local(I32), limit };
    });
    const nest = (depth: number): void => {
      const axis = outer[depth];
      if (!axis) {
        const indices = outer.map(({ index }) => index);
        this.#row(width, indices);
        return;
      }
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
  }

  #row(width: number, indices: readonly number[]): void {
    const { f, pass } = this;
    for (const [slot, start] of this.starts.entries()) {
      f.get(FRAME).memory("i32.load", frameSlot(slot));
      for (const [axis, index] of indices.entries()) {
        f.get(FRAME)
          .memory("i32.load", frameSlot(slot) + 4 * (axis + 1))
          .get(index)
          .op("i32.mul", "i32.add");
      }
      f.set(start);
    }
    for (const [e, location] of pass.reads) {
      if (this.runsInward(e)) continue;
      f.get(numberAt(this.starts, this.slot(location)));
      if (location.kind === "sums") f.memory(WIDE["f64.load"], 0, 3).op(WIDE["f32.demote_f64"], WIDE["f32x4.splat"]);
      else f.memory("v128.load32_splat");
      f.set(this.keep(e));
    }
    for (const e of pass.compute) {
      if (this.runsInward(e)) continue;
      this.compute(e, new Values(this.kept), 0);
      f.set(this.keep(e));
    }
    for (const [index, { node }] of pass.reductions.entries()) {
      const start = node.op === "max" ? Number.NEGATIVE_INFINITY : 0;
      const { vectors, tail } = this.#accumulators[index] as Accumulators;
      for (const vector of vectors) f.vector(new Float64Array(2).fill(start)).set(vector);
      f.f64(start).set(tail);
    }
    this.loops(width);
    for (const [index, { location, node }] of pass.reductions.entries()) {
      if (this.#isRowResult(location))
        this.#finish(node, numberAt(this.starts, this.slot(location)), this.#accumulators[index] as Accumulators);
    }
    f.get(this.first).get(width).op("i32.add").set(this.first);
  }

  /** True if a reduction has one result for the row instead of one for each of its elements. */
  #isRowResult(location: ValueLocation): boolean {
    return this.pass.flat || !this.runsInward(location);
  }

  protected override load(location: ValueLocation, address: number, turn: Turn, copy: number): void {
    const { f } = this;
    if (location.kind !== "sums") {
      super.load(location, address, turn, copy);
      return;
    }
    if (turn === 0) {
      f.get(address).memory(WIDE["f64.load"], 0, 3).op(WIDE["f32.demote_f64"], WIDE["f32x4.splat"]);
      return;
    }
    for (const half of [0, 16])
      f.get(address)
        .memory("v128.load", 32 * copy + half)
        .op(WIDE["f32x4.demote_f64x2_zero"]);
    joinLowHalves(f);
  }

  protected override reduce(values: Values, addresses: readonly number[], turn: Turn, copy: number): void {
    for (const [index, { location, node }] of this.pass.reductions.entries()) {
      const address = numberAt(addresses, this.slot(location));
      const accumulators = this.#isRowResult(location) ? (this.#accumulators[index] as Accumulators) : null;
      if (turn === 0) this.#reduceOne(node, values, address, accumulators);
      else this.#reduceVector(node, values, address, accumulators, copy);
    }
  }

  #reduceOne(node: ExpressionOf<"reduce">, values: Values, address: number, accumulators: Accumulators | null): void {
    const { f } = this;
    if (accumulators) f.get(accumulators.tail);
    else f.get(address).get(address).memory(WIDE["f64.load"], 0, 3);
    this.push(node.a, values);
    f.op(WIDE["f64x2.promote_low_f32x4"]).extractF64(0).op(scalarOperator(node));
    if (accumulators) f.set(accumulators.tail);
    else f.memory(WIDE["f64.store"], 0, 3);
  }

  #reduceVector(
    node: ExpressionOf<"reduce">,
    values: Values,
    address: number,
    accumulators: Accumulators | null,
    copy: number,
  ): void {
    const { f } = this;
    for (const half of [0, 1]) {
      const accumulator = accumulators ? numberAt(accumulators.vectors, 2 * (copy % 2) + half) : 0;
      const offset = 32 * copy + 16 * half;
      if (accumulators) f.get(accumulator);
      else f.get(address).get(address).memory("v128.load", offset);
      this.push(node.a, values);
      if (half === 1) highHalf(f);
      f.op(WIDE["f64x2.promote_low_f32x4"], vectorOperator(node));
      if (accumulators) f.set(accumulator);
      else f.memory("v128.store", offset);
    }
  }

  /** Combines the row's result with the stored one. */
  #finish(
    node: ExpressionOf<"reduce">,
    cell: number,
    { vectors: [low0, high0, low1, high1], tail }: Accumulators,
  ): void {
    const { f } = this;
    const [vector, scalar] = [vectorOperator(node), scalarOperator(node)];
    f.get(cell).get(cell).memory(WIDE["f64.load"], 0, 3);
    f.get(low0).get(low1).op(vector).get(high0).get(high1).op(vector, vector).tee(low0).extractF64(0);
    f.get(low0).extractF64(1).op(scalar).get(tail).op(scalar, scalar).memory(WIDE["f64.store"], 0, 3);
  }
}

const vectorOperator = ({ op }: ExpressionOf<"reduce">): number => WIDE[op === "max" ? "f64x2.max" : "f64x2.add"];
const scalarOperator = ({ op }: ExpressionOf<"reduce">): number => WIDE[op === "max" ? "f64.max" : "f64.add"];
