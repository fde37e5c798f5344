import { mix, randomKey } from "@downhill/optim/random";
import { checkNumber, checkOptionsOf, checkTensors, checkTypes } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { type Shape, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { cast } from "./cast.ts";
import { less } from "./less.ts";
import { mul } from "./mul.ts";
import { reshape } from "./reshape.ts";

export interface DropoutOptions {
  /** Probability that an element becomes 0, from 0 to below 1. Default 0.5. */
  readonly p?: number;
  /** Random seed, a whole number. Use a different one for each dropout of a model. Default 0. */
  readonly seed?: number;
  /** Number of the training step: an input of one int32 number. Each step has its own mask. */
  readonly step: Tensor;
}

/**
 * Sets random elements to 0 and divides the others by 1 - p. Use it in training only. PyTorch: `F.dropout`. Paper:
 * https://jmlr.org/papers/v15/srivastava14a.html.
 *
 * The mask depends only on the seed, the step and the shape, so a resumed run has the same masks as an uninterrupted
 * one, on every device.
 * @param x float32
 * @returns a tensor of the shape of `x`
 * @throws GraphError if an option is out of its range, or `step` is not one int32 number
 * @example
 * const step = input("step", [], "int32");
 * const hidden = ops.dropout(ops.relu(x), { p: 0.2, seed: 1, step });
 */
export function dropout(x: Tensor, options: DropoutOptions): Tensor {
  checkOptionsOf("dropout", options, "{ p: 0.5, step }");
  const { p = 0.5, seed = 0, step } = options;
  checkTensors("dropout", [step]);
  checkTypes("dropout", [x], ["float32"]);
  checkNumber("dropout", "p", p, (value) => value >= 0 && value < 1, "a number from 0 to below 1");
  checkNumber("dropout", "seed", seed, Number.isInteger, "a whole number");
  if (step.dtype !== "int32" || sizeOf(step.shape) !== 1) {
    fail("dropout", `step is ${step.dtype} ${showShape(step.shape)}. Expected one int32 number.`);
  }
  if (p === 0) return x;
  const kept = less(hash(x.shape, seed, reshape(step, [])), Math.round((1 - p) * 2 ** 32 - 2 ** 31));
  return mul(x, mul(cast(kept, "float32"), 1 / (1 - p)));
}

/**
 * Computes random int32 numbers by sums and products modulo 2^32, because WebGPU supports no bitwise ONNX op. Each row
 * has a random factor that depends on the step, and each column a fixed random factor. The high bits of their product
 * are random, at the cost of one multiplication per element.
 */
function hash(shape: Shape, seed: number, step: Tensor): Tensor {
  const key = randomKey(seed, 0, "dropout");
  const words = (count: number, salt: number, bits: (word: number) => number): Int32Array =>
    Int32Array.from({ length: count }, (_, i) => bits(mix(mix(i) ^ key ^ salt)));
  const [outer, inner] = halves(shape);
  const ofRow = [...outer, ...inner.map(() => 1)];
  const odd = (word: number): number => word | 1;
  const multiplier = constant(
    words(sizeOf(outer), 1, (word) => word << 1),
    ofRow,
  );
  const offset = constant(words(sizeOf(outer), 2, odd), ofRow);
  const columns = constant(words(sizeOf(inner), 3, odd), inner);
  // Even multiplier plus odd offset is odd, and a multiplication by an odd factor is invertible modulo 2^32.
  const rows = add(mul(multiplier, scatter(scatter(mul(step, GOLDEN)))), offset);
  return mul(rows, columns);
}

/** Computes x (2 x + 1) modulo 2^32, a bijection that breaks up evenly spaced numbers. */
const scatter = (x: Tensor): Tensor => mul(x, add(mul(x, 2), 1));

/** Odd number closest to 2^32 divided by the golden ratio. */
const GOLDEN = 0x9e3779b9 | 0;

/** Splits the axes so that the two parts have as few elements in total as possible. */
function halves(shape: Shape): readonly [outer: Shape, inner: Shape] {
  const cost = (cut: number): number => sizeOf(shape.slice(0, cut)) + sizeOf(shape.slice(cut));
  const cuts = Array.from({ length: shape.length + 1 }, (_, cut) => cut);
  const best = cuts.reduce((least, cut) => (cost(cut) < cost(least) ? cut : least));
  return [shape.slice(0, best), shape.slice(best)];
}
