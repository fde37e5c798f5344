import { BINARY } from "../rule/arithmetic.ts";
import type { Expression, ExpressionOf } from "../rule/expression.ts";
import type { MapPass, ValueLocation } from "../rule/plan.ts";
import { lengths, volume } from "../rule/shape.ts";
import type { PassImplementation } from "../rule/vocabulary.ts";
import type { BoundTensor } from "./bound-tensor.ts";
import { at, CHUNK, ChunkInterpreter, isGradientFinite } from "./elementwise.ts";
import { locationsOf } from "./wasm/elementwise.ts";
import { RowEmitter } from "./wasm/rows.ts";

/** Passes that walk row by row: with reductions, or with values that run along some of the axes only. */
export const rows: PassImplementation<MapPass> = {
  interpret(pass, tensor, uniforms, key, { checksGradient, vocabulary }) {
    if (checksGradient && !isGradientFinite(pass, tensor)) return false;
    new RowInterpreter(pass, tensor, new ChunkInterpreter(pass, tensor, uniforms, vocabulary), key).run();
    return true;
  },
  emit: (pass, module, options) => new RowEmitter(module, pass, options).emit(),
  /** Returns the words of {@link locationsOf}'s frame; see `frameSlot` in wasm/elementwise.ts. */
  frame(pass, tensor) {
    const slots = locationsOf(pass).flatMap((location) => {
      const bytes = location.kind === "sums" ? 8 : 4;
      return [tensor.address(location), ...outerStrides(location, pass, tensor).map((stride) => stride * bytes)];
    });
    return [...outerLengths(pass, tensor), rowLength(pass, tensor), ...slots];
  },
  start(pass, tensor) {
    for (const { location, node } of pass.reductions)
      tensor.array(location).fill(node.op === "max" ? Number.NEGATIVE_INFINITY : 0);
  },
};

const outerAxes = (pass: MapPass): number[] => [0, 1, 2, 3].filter((axis) => axis !== pass.inner);

function outerLengths(pass: MapPass, tensor: BoundTensor): number[] {
  const axes = lengths(pass.space, tensor.axes);
  return outerAxes(pass).map((axis) => (pass.flat ? 1 : (axes[axis] as number)));
}

const rowLength = (pass: MapPass, tensor: BoundTensor): number =>
  pass.flat ? tensor.length(pass.space) : (lengths(pass.space, tensor.axes)[pass.inner] as number);

/** Returns the strides of a location along the three outer axes of a pass, in elements. */
function outerStrides(location: ValueLocation, pass: MapPass, tensor: BoundTensor): number[] {
  const own = lengths(location.shape, tensor.axes);
  const isStill = (axis: number): boolean => pass.flat || location.shape[axis] === ".";
  return outerAxes(pass).map((axis) => (isStill(axis) ? 0 : volume(own.slice(axis + 1))));
}

class RowInterpreter {
  readonly #width: number;
  readonly #strides = new Map<ValueLocation, number[]>();

  constructor(
    private readonly pass: MapPass,
    private readonly tensor: BoundTensor,
    private readonly chunk: ChunkInterpreter,
    private readonly key: number,
  ) {
    this.#width = rowLength(pass, tensor);
    const locations = [...pass.reads.values(), ...[...pass.stores, ...pass.reductions].map(({ location }) => location)];
    for (const location of locations) this.#strides.set(location, outerStrides(location, pass, tensor));
  }

  run(): void {
    const [n0, n1, n2] = outerLengths(this.pass, this.tensor) as [number, number, number];
    let number = 0;
    for (let i = 0; i < n0; i++) {
      for (let j = 0; j < n1; j++) {
        for (let k = 0; k < n2; k++) this.#row([i, j, k], number++ * this.#width);
      }
    }
  }

  #start(location: ValueLocation, row: readonly number[]): number {
    return (this.#strides.get(location) as number[]).reduce(
      (sum, stride, axis) => sum + stride * (row[axis] as number),
      0,
    );
  }

  #runsInward({ shape }: { readonly shape: string }): boolean {
    return this.pass.flat || shape[this.pass.inner] !== ".";
  }

  /** Runs one row; `first` is the index of its first element. */
  #row(row: readonly number[], first: number): void {
    const { pass, tensor, chunk } = this;
    for (const [e, location] of pass.reads) {
      if (!this.#runsInward(e))
        chunk.values.set(e, chunk.round(tensor.array(location)[this.#start(location, row)] as number));
    }
    for (const e of pass.compute) if (!this.#runsInward(e)) chunk.computeOnce(e);
    const accumulators = pass.reductions.map(({ node }) =>
      pass.flat || !this.#runsInward(node) ? new Accumulator(node, this.#width) : null,
    );
    for (let from = 0; from < this.#width; from += CHUNK) {
      const length = Math.min(CHUNK, this.#width - from);
      for (const [e, location] of pass.reads)
        if (this.#runsInward(e)) this.#load(e, location, this.#start(location, row) + from, length);
      for (const e of pass.compute) if (this.#runsInward(e)) chunk.compute(e, length, first + from, this.key);
      for (const [index, { location, node }] of pass.reductions.entries()) {
        const value = chunk.value(node.a);
        const accumulator = accumulators[index];
        const target = tensor.array(location);
        const start = accumulator ? 0 : this.#start(location, row) + from;
        for (let x = 0; x < length; x++) {
          if (accumulator) accumulator.add(at(value, x));
          else target[start + x] = combine(node)(target[start + x] as number, at(value, x));
        }
      }
      for (const { location, value } of pass.stores) {
        const start = this.#start(location, row) + from;
        chunk.store(value, tensor.array(location).subarray(start, start + length));
      }
    }
    for (const [index, { location, node }] of pass.reductions.entries()) {
      const accumulator = accumulators[index];
      if (!accumulator) continue;
      const target = tensor.array(location);
      const cell = this.#start(location, row);
      target[cell] = combine(node)(target[cell] as number, accumulator.total());
    }
  }

  #load(e: Expression, location: ValueLocation, start: number, length: number): void {
    // A copy, because the store of another stream may overwrite values that are still needed.
    const loaded = this.tensor.array(location).slice(start, start + length);
    this.chunk.values.set(
      e,
      location.kind === "sums" && this.tensor.dtype === "float32" ? Float32Array.from(loaded) : loaded,
    );
  }
}

const combine = ({ op }: ExpressionOf<"reduce">): ((a: number, b: number) => number) =>
  op === "max" ? BINARY.max : BINARY.add;

/**
 * Reduces a row in an order that is the same on every backend: eight running results by position, a half block of four
 * if one is left, and the rest one after another.
 */
class Accumulator {
  readonly #lanes: Float64Array;
  readonly #combine: (a: number, b: number) => number;
  readonly #blocks: number;
  #tail: number;
  #position = 0;

  constructor(node: ExpressionOf<"reduce">, width: number) {
    const start = node.op === "max" ? Number.NEGATIVE_INFINITY : 0;
    this.#lanes = new Float64Array(8).fill(start);
    this.#combine = combine(node);
    this.#blocks = width - (width % 4);
    this.#tail = start;
  }

  add(x: number): void {
    const position = this.#position++;
    if (position >= this.#blocks) this.#tail = this.#combine(this.#tail, x);
    else this.#lanes[position % 8] = this.#combine(this.#lanes[position % 8] as number, x);
  }

  total(): number {
    const c = this.#combine;
    const lane = (i: number): number => c(this.#lanes[i] as number, this.#lanes[i + 4] as number);
    return c(c(c(lane(0), lane(2)), c(lane(1), lane(3))), this.#tail);
  }
}
