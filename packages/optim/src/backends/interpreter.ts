import { BINARY, UNARY } from "../rule/arithmetic.ts";
import type { Expression, Kind } from "../rule/expression.ts";
import type { MapPass, Pass, Place, Plan, ProductPass, TransposePass } from "../rule/plan.ts";
import { lengths, volume } from "../rule/shape.ts";
import type { Backend, BoundTensor, FloatArray } from "./backend.ts";
import * as functions from "./functions.ts";
import { randomAt } from "./random.ts";

const CHUNK = 1024;

/**
 * Runs a plan in plain JavaScript, in float32 or float64: the oracle of the other backends, and the backend where
 * WebAssembly is missing. In float32 every operation is rounded, so a kernel that runs the same plan agrees with it
 * bit for bit.
 */
export const interpreter: Backend = {
  name: "interpreter",
  prepare(plan: Plan, { checksGradient }) {
    return {
      run(stage, index, tensor, uniforms, key) {
        const pass = (plan.stages[stage]?.passes as readonly Pass[])[index] as Pass;
        if (pass.kind === "product") return multiply(pass, tensor);
        if (pass.kind === "transpose") return transpose(pass, tensor);
        return map(pass, tensor, uniforms, key, checksGradient);
      },
    };
  },
};

/** A value inside a pass: one number a row, or an array over a chunk of the row. */
type Value = number | FloatArray;

function map(pass: MapPass, tensor: BoundTensor, uniforms: Float64Array, key: number, checks: boolean): boolean {
  const isFloat32 = tensor.dtype === "float32";
  const round = isFloat32 ? Math.fround : (x: number) => x;
  const ArrayType = isFloat32 ? Float32Array : Float64Array;
  const axes = lengths(pass.space, tensor.axes);
  const outerAxes = [0, 1, 2, 3].filter((axis) => axis !== pass.inner);
  const width = pass.flat ? volume(axes) : (axes[pass.inner] as number);
  const outer = pass.flat ? [1, 1, 1] : outerAxes.map((axis) => axes[axis] as number);

  const values = new Map<Expression, Value>();
  for (const [slot, e] of pass.uniforms.entries()) values.set(e, round(uniforms[slot] as number));
  const runsInward = (e: Expression): boolean => pass.flat || e.shape[pass.inner] !== ".";
  const valueOf = (e: Expression): Value => (e.kind === "constant" ? round(e.value) : (values.get(e) as Value));
  const at = (value: Value, i: number): number => (typeof value === "number" ? value : (value[i] as number));
  const registers = new Map(pass.compute.filter(runsInward).map((e) => [e, new ArrayType(CHUNK)]));
  const strides = new Map([...pass.reads.values(), ...pass.stores.map(({ place }) => place), ...pass.reductions.map(({ place }) => place)].map((place) => [place, outerStrides(place, pass, tensor)]));
  const offset = (place: Place, row: readonly number[]): number => {
    const s = strides.get(place) as readonly number[];
    return (row[0] as number) * (s[0] as number) + (row[1] as number) * (s[1] as number) + (row[2] as number) * (s[2] as number);
  };

  const compute = (e: Expression, length: number, start: number): void => {
    const out = registers.get(e);
    const operation = scalarOperation(e, isFloat32);
    const [a, b, c] = operandsOf(e).map(valueOf);
    if (!out) {
      values.set(e, round(operation(a as number, b as number, c as number, 0)));
      return;
    }
    for (let i = 0; i < length; i++) {
      out[i] = e.kind === "random" ? randomAt(start + i, key, e.site) : operation(at(a as Value, i), b === undefined ? 0 : at(b, i), c === undefined ? 0 : at(c, i), i);
    }
    values.set(e, out);
  };

  for (const { place, node } of pass.reductions) tensor.array(place).fill(node.op === "max" ? Number.NEGATIVE_INFINITY : 0);
  const gradient = pass.checksGradient && checks ? [...pass.reads].find(([e]) => e.kind === "read" && e.name === "g")?.[1] : undefined;
  if (gradient && !tensor.array(gradient).every(Number.isFinite)) return false;

  let rowNumber = 0;
  for (let i = 0; i < (outer[0] as number); i++) {
    for (let j = 0; j < (outer[1] as number); j++) {
      for (let k = 0; k < (outer[2] as number); k++, rowNumber++) {
        const row = [i, j, k];
        for (const [e, place] of pass.reads) {
          if (!runsInward(e)) values.set(e, round(tensor.array(place)[offset(place, row)] as number));
        }
        for (const e of pass.compute) if (!runsInward(e)) compute(e, 1, 0);
        const accumulators = pass.reductions.map(({ place, node }) => (runsInward({ shape: place.shape } as Expression) && !pass.flat ? null : new Accumulator(node, width)));
        for (let from = 0; from < width; from += CHUNK) {
          const length = Math.min(CHUNK, width - from);
          for (const [e, place] of pass.reads) {
            if (!runsInward(e)) continue;
            const start = offset(place, row) + from;
            // A copy: another stream's store may change what this one still has to read.
            const loaded = tensor.array(place).slice(start, start + length);
            values.set(e, place.kind === "sums" && isFloat32 ? Float32Array.from(loaded) : loaded);
          }
          for (const e of pass.compute) if (runsInward(e)) compute(e, length, rowNumber * width + from);
          for (const [index, { place, node }] of pass.reductions.entries()) {
            const value = valueOf(node.a);
            const accumulator = accumulators[index];
            if (accumulator) {
              for (let x = 0; x < length; x++) accumulator.add(at(value, x));
            } else {
              const target = tensor.array(place);
              const start = offset(place, row) + from;
              const combine = node.op === "max" ? Math.max : BINARY.add;
              for (let x = 0; x < length; x++) target[start + x] = combine(target[start + x] as number, at(value, x));
            }
          }
          for (const { place, value } of pass.stores) {
            const start = offset(place, row) + from;
            const computed = valueOf(value);
            if (typeof computed === "number") tensor.array(place).fill(computed, start, start + length);
            else tensor.array(place).set(computed.length === length ? computed : computed.subarray(0, length), start);
          }
        }
        for (const [index, { place, node }] of pass.reductions.entries()) {
          const accumulator = accumulators[index];
          if (!accumulator) continue;
          const target = tensor.array(place);
          const cell = offset(place, row);
          target[cell] = (node.op === "max" ? Math.max : BINARY.add)(target[cell] as number, accumulator.total());
        }
      }
    }
  }
  return true;
}

/**
 * The order in which a row is reduced, the same on every backend: eight running results by position, a half block of
 * four where one is left, and the rest one after another.
 */
class Accumulator {
  readonly #lanes: Float64Array;
  readonly #combine: (a: number, b: number) => number;
  readonly #blocks: number;
  #tail: number;
  #position = 0;

  constructor({ op }: Kind<"reduce">, width: number) {
    const start = op === "max" ? Number.NEGATIVE_INFINITY : 0;
    this.#lanes = new Float64Array(8).fill(start);
    this.#combine = op === "max" ? Math.max : BINARY.add;
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

/** How far a place moves when one of the three outer axes of the pass does, in elements. */
export function outerStrides(place: Place, pass: MapPass, tensor: { readonly axes: readonly number[] }): readonly number[] {
  if (pass.flat) return [0, 0, 0];
  const own = lengths(place.shape, tensor.axes);
  const stride = (axis: number): number => (place.shape[axis] === "." ? 0 : volume(own.slice(axis + 1)));
  return [0, 1, 2, 3].filter((axis) => axis !== pass.inner).map(stride);
}

const operandsOf = (e: Expression): readonly Expression[] =>
  e.kind === "unary" ? [e.a] : e.kind === "binary" ? [e.a, e.b] : e.kind === "select" ? [e.condition, e.yes, e.no] : [];

type Operation = (a: number, b: number, c: number, i: number) => number;

function scalarOperation(e: Expression, isFloat32: boolean): Operation {
  if (e.kind === "unary") {
    if (isFloat32 && (e.op === "exp" || e.op === "log" || e.op === "cos")) {
      const f = functions[e.op];
      return (a) => f(functions.numbers, a);
    }
    return UNARY[e.op];
  }
  if (e.kind === "binary") return isFloat32 && e.op === "pow" ? (a, b) => functions.pow(functions.numbers, a, b) : BINARY[e.op];
  return (condition, yes, no) => (condition !== 0 ? yes : no);
}

/** Each entry is summed along k in order, every product and sum rounded: what the kernel does. */
function multiply({ a, b, out }: ProductPass, tensor: BoundTensor): boolean {
  const [left, right, result] = [tensor.array(a), tensor.array(b), tensor.array(out)];
  const round = tensor.dtype === "float32" ? Math.fround : (x: number) => x;
  const [n0, n1, rows, depth] = lengths(a.shape, tensor.axes) as [number, number, number, number];
  const columns = lengths(b.shape, tensor.axes)[3] as number;
  for (let batch = 0; batch < n0 * n1; batch++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let k = 0; k < depth; k++) {
          const product = round((left[(batch * rows + i) * depth + k] as number) * (right[(batch * depth + k) * columns + j] as number));
          sum = round(sum + product);
        }
        result[(batch * rows + i) * columns + j] = sum;
      }
    }
  }
  return true;
}

function transpose({ a, out }: TransposePass, tensor: BoundTensor): boolean {
  const [source, result] = [tensor.array(a), tensor.array(out)];
  const [n0, n1, rows, columns] = lengths(a.shape, tensor.axes) as [number, number, number, number];
  for (let batch = 0; batch < n0 * n1; batch++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) result[(batch * columns + j) * rows + i] = source[(batch * rows + i) * columns + j] as number;
    }
  }
  return true;
}

