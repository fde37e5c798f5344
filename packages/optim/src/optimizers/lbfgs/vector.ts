import type { Dtype } from "../../parameters/dtype.ts";
import type { Dimensions, Parameters } from "../../parameters/parameters.ts";
import { firstBadIndex } from "../../updater/guard.ts";

/** Range of a tensor in the flat vectors. */
export interface Slot {
  readonly name: string;
  readonly dimensions: Dimensions;
  readonly start: number;
  readonly end: number;
}

/** A number that is NaN or infinite. */
export interface NonFinite {
  readonly name: string;
  readonly index: number;
  readonly value: number;
}

/** Some tensors as flat vectors in float64, one after another, without padding. */
export class FlatTensors {
  readonly slots: readonly Slot[];
  readonly length: number;
  readonly #parameters: Parameters<Dtype>;

  constructor(parameters: Parameters<Dtype>, names: readonly string[]) {
    this.#parameters = parameters;
    let length = 0;
    this.slots = names.map((name) => {
      const start = length;
      length += parameters.size(name);
      return { name, dimensions: parameters.shape(name), start, end: length };
    });
    this.length = length;
  }

  // Views are requested each time, because growing memory detaches them.
  read(kind: "value" | "gradient"): Float64Array {
    const vector = new Float64Array(this.length);
    for (const { name, start } of this.slots) vector.set(this.#parameters[kind](name), start);
    return vector;
  }

  write(values: Float64Array): void {
    for (const { name, start, end } of this.slots) {
      this.#parameters.value(name).set(values.subarray(start, end));
    }
  }

  nonFinite(kind: "value" | "gradient"): NonFinite | null {
    for (const { name } of this.slots) {
      const view = this.#parameters[kind](name);
      const index = firstBadIndex(view);
      if (index >= 0) return { name, index, value: view[index] as number };
    }
    return null;
  }
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

export function maxAbs(a: Float64Array): number {
  let max = 0;
  for (const value of a) max = Math.max(max, Math.abs(value));
  return max;
}

export function sumAbs(a: Float64Array): number {
  let sum = 0;
  for (const value of a) sum += Math.abs(value);
  return sum;
}

export function scaled(a: Float64Array, factor: number): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = (a[i] as number) * factor;
  return result;
}

/** Adds `factor * a` to `target` in place; rounds once, as PyTorch's fused instruction does. */
export function addScaled(target: Float64Array, factor: number, a: Float64Array): Float64Array {
  for (let i = 0; i < target.length; i++) {
    target[i] = fusedMultiplyAdd(factor, a[i] as number, target[i] as number);
  }
  return target;
}

/** 2^27 + 1: splits a number into halves whose products are exact (Veltkamp). */
const SPLITTER = 134217729;

/**
 * Returns a b + c, rounded as if once: the rounding errors of the product (Dekker) and of the sum (Knuth) are computed
 * exactly and added at the end. It differs from a processor's result only if a tie depends on the last bits of those
 * errors, and near the ends of float64's range, where they overflow or vanish.
 */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const [aScaled, bScaled] = [a * SPLITTER, b * SPLITTER];
  const aHigh = aScaled - (aScaled - a);
  const bHigh = bScaled - (bScaled - b);
  const [aLow, bLow] = [a - aHigh, b - bHigh];
  const productError = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  const productPart = sum - c;
  const sumError = product - productPart + (c - (sum - productPart));
  const fused = sum + (productError + sumError);
  return Number.isFinite(fused) ? fused : sum;
}
