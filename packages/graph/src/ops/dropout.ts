import { mix, randomKey } from "@downhill/optim/random";
import { checkNumber, checkTypes } from "../core/check.ts";
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
  /** The probability of each element to become 0, in [0, 1); default 0.5. */
  readonly p?: number;
  /** Which masks: give each dropout of a model its own. A whole number; default 0. */
  readonly seed?: number;
  /** The step of the training: one int32 number, an input. Every step has its own mask. */
  readonly step: Tensor;
}

/**
 * Sets some elements to 0, and divides the others by the probability that they stay: for training; in inference, leave
 * it out. https://jmlr.org/papers/v15/srivastava14a.html. The mask depends on seed, step and shape only, so a resumed run
 * has the masks of the run it resumes, and every device has the same ones.
 * @example
 * const step = input("step", [], "int32");
 * const hidden = ops.dropout(ops.relu(x), { p: 0.2, seed: 1, step });
 */
export function dropout(x: Tensor, { p = 0.5, seed = 0, step }: DropoutOptions): Tensor {
  checkTypes("dropout", [x], ["float32"]);
  checkNumber("dropout", "p", p, (value) => value >= 0 && value < 1, "a number from 0 to below 1");
  checkNumber("dropout", "seed", seed, Number.isInteger, "a whole number");
  if (step.dtype !== "int32" || sizeOf(step.shape) !== 1) {
    fail("dropout", `step is ${step.dtype} ${showShape(step.shape)}: expected one int32 number`);
  }
  if (p === 0) return x;
  const kept = less(hash(x.shape, seed, reshape(step, [])), Math.round((1 - p) * 2 ** 32 - 2 ** 31));
  return mul(x, mul(cast(kept, "float32"), 1 / (1 - p)));
}

/**
 * Random int32 numbers from sums and products modulo 2^32, the arithmetic that every device has: WebGPU has no ONNX op
 * for bits. Rows get random factors from the step, columns have theirs, and the high bits of their products are random:
 * one product an element.
 */
function hash(shape: Shape, seed: number, step: Tensor): Tensor {
  const key = randomKey(seed, 0, "dropout");
  const words = (count: number, salt: number, bits: (word: number) => number): Int32Array =>
    Int32Array.from({ length: count }, (_, i) => bits(mix(mix(i) ^ key ^ salt)));
  const [outer, inner] = halves(shape);
  const ofRow = [...outer, ...inner.map(() => 1)];
  const odd = (word: number): number => word | 1;
  const slope = constant(
    words(sizeOf(outer), 1, (word) => word << 1),
    ofRow,
  );
  const offset = constant(words(sizeOf(outer), 2, odd), ofRow);
  const columns = constant(words(sizeOf(inner), 3, odd), inner);
  // An even multiple of the step's number and an odd number is odd, and odd factors lose nothing.
  const rows = add(mul(slope, scatter(scatter(mul(step, GOLDEN)))), offset);
  return mul(rows, columns);
}

/** x (2 x + 1) modulo 2^32 is another number for each x, and makes steps of equal size unequal. */
const scatter = (x: Tensor): Tensor => mul(x, add(mul(x, 2), 1));

/** 2^32 over the golden ratio, which is odd. */
const GOLDEN = 0x9e3779b9 | 0;

/** The axes in two parts, of about as many elements. */
function halves(shape: Shape): readonly [outer: Shape, inner: Shape] {
  const cost = (at: number): number => sizeOf(shape.slice(0, at)) + sizeOf(shape.slice(at));
  const cuts = Array.from({ length: shape.length + 1 }, (_, at) => at);
  const best = cuts.reduce((least, at) => (cost(at) < cost(least) ? at : least));
  return [shape.slice(0, best), shape.slice(best)];
}
