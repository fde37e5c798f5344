import { sizeOf } from "../src/core/shape.ts";
import { constant, input, ops, type Tensor } from "../src/index.ts";
import { evaluate } from "./evaluate.ts";

/** Choice of one op of a random graph and its operands: whole numbers, each taken modulo the number of options. */
export interface Choice {
  readonly op: number;
  readonly first: number;
  readonly second: number;
  readonly third: number;
}

/** A graph with input values well inside the domains of its ops, and far from their kinks. */
export interface RandomGraph {
  readonly inputs: readonly Tensor[];
  readonly feeds: Readonly<Record<string, Float64Array>>;
  /** A single number. */
  readonly result: Tensor;
}

/** Evaluates a tensor for the feeds of the graph. */
type Evaluate = (tensor: Tensor) => readonly number[];

/** Operands of an op. */
interface Operands {
  readonly a: Tensor;
  readonly b: Tensor;
  /** A whole number of at least 0. */
  readonly n: number;
  readonly valuesOf: Evaluate;
}

/** Minimum distance from a kink. */
const MARGIN = 0.02;

const awayFrom = (values: readonly number[], kinks: readonly number[]): boolean =>
  values.every((value) => kinks.every((kink) => Math.abs(value - kink) > MARGIN));

/** A function whose derivative jumps at some points; null near these points. */
const kinked =
  (of: (x: Tensor) => Tensor, ...kinks: number[]) =>
  ({ a, valuesOf }: Operands): Tensor | null =>
    awayFrom(valuesOf(a), kinks) ? of(a) : null;

/** A function of two tensors whose derivative jumps where they are equal; null near such points. */
const selecting =
  (of: (a: Tensor, b: Tensor) => Tensor) =>
  ({ a, b, valuesOf }: Operands): Tensor | null =>
    awayFrom(valuesOf(ops.sub(a, b)), [0]) ? of(a, b) : null;

/** Maximum or minimum over an axis; null if two elements are close. */
const extreme =
  (of: typeof ops.max) =>
  ({ a, n, valuesOf }: Operands): Tensor | null => {
    const axis = n % a.rank;
    const apart = valuesOf(ops.sub(a, of(a, [axis], { keepDims: true }))).map(Math.abs);
    const ties = apart.filter((distance) => distance < MARGIN).length;
    return ties === sizeOf(a.shape) / (a.shape[axis] as number) ? of(a, [axis]) : null;
  };

/** Maps a tensor to values of at least 0.3. */
const positive = (x: Tensor): Tensor => ops.add(ops.square(x), 0.3);

const lastTwo = (x: Tensor): number[] => x.shape.slice(-2);

/** Ops by name. An op is skipped if it returns null or its operands do not broadcast. */
const OPS: Readonly<Record<string, (operands: Operands) => Tensor | null>> = {
  add: ({ a, b }) => ops.add(a, b),
  sub: ({ a, b }) => ops.sub(a, b),
  mul: ({ a, b }) => ops.mul(a, b),
  div: ({ a, b }) => ops.div(a, positive(b)),
  pow: ({ a, b }) => ops.pow(positive(a), b),
  "pow of a number": ({ a, n }) => ops.pow(positive(a), [3, 1.5, 0.5, -1, -0.7][n % 5] as number),
  neg: ({ a }) => ops.neg(a),
  exp: ({ a }) => ops.exp(a),
  log: ({ a }) => ops.log(positive(a)),
  sqrt: ({ a }) => ops.sqrt(positive(a)),
  reciprocal: ({ a }) => ops.reciprocal(positive(a)),
  erf: ({ a }) => ops.erf(a),
  sigmoid: ({ a }) => ops.sigmoid(a),
  tanh: ({ a }) => ops.tanh(a),
  softplus: ({ a }) => ops.softplus(a),
  gelu: ({ a, n }) => ops.gelu(a, { approximate: n % 2 === 0 ? "none" : "tanh" }),
  silu: ({ a }) => ops.silu(a),
  mish: ({ a }) => ops.mish(a),
  sin: ({ a }) => ops.sin(a),
  cos: ({ a }) => ops.cos(a),
  clamp: kinked((x) => ops.clamp(x, { min: -0.8, max: 1.1 }), -0.8, 1.1),
  abs: kinked(ops.abs, 0),
  relu: kinked(ops.relu, 0),
  leakyRelu: kinked((x) => ops.leakyRelu(x, 0.3), 0),
  elu: kinked((x) => ops.elu(x, 0.7), 0),
  hardswish: kinked(ops.hardswish, -3, 3),
  maximum: selecting(ops.maximum),
  minimum: selecting(ops.minimum),
  where: selecting((a, b) => ops.where(ops.greater(a, b), ops.mul(a, 0.5), ops.square(b))),
  softmax: ({ a, n }) => ops.softmax(a, n % a.rank),
  logSoftmax: ({ a, n }) => ops.logSoftmax(a, n % a.rank),
  sum: ({ a, n }) => ops.sum(a, [n % a.rank], { keepDims: n % 2 === 0 }),
  mean: ({ a, n }) => ops.mean(a, [n % a.rank], { keepDims: n % 2 === 0 }),
  max: extreme(ops.max),
  min: extreme(ops.min),
  variance: ({ a, n }) => ops.variance(a, [n % a.rank], { correction: 0, keepDims: n % 2 === 0 }),
  logSumExp: ({ a, n }) => ops.logSumExp(a, [n % a.rank], { keepDims: n % 2 === 0 }),
  norm: ({ a, n }) => ops.norm(positive(a), [n % a.rank], { p: [2, 1, 3][n % 3] as number }),
  cumulativeSum: ({ a, n }) => ops.cumulativeSum(a, n % a.rank, { reverse: n % 2 === 0, exclusive: n % 3 === 0 }),
  gather: ({ a, n }) => ops.gather(a, constant(Int32Array.of(0, -1, 0), [3]), n % a.rank),
  gatherElements: ({ a, n }) => ops.gatherElements(a, ops.argmax(a, { axis: n % a.rank, keepDims: true }), n % a.rank),
  rmsNorm: ({ a }) => ops.rmsNorm(a, undefined, { eps: 0.1 }),
  attention: ({ a }) => (a.rank < 2 ? null : ops.scaledDotProductAttention(a, a, a, { causal: true })),
  matmul: ({ a, b }) => {
    if (a.rank < 2 || b.rank < 2) return null;
    const turned = ops.transpose(b, [...b.shape.keys()].slice(0, -2).concat(b.rank - 1, b.rank - 2));
    return lastTwo(a)[1] === lastTwo(b)[1] ? ops.matmul(a, turned) : null;
  },
  dense: ({ a, b, n }) => {
    if (b.rank !== 2 || a.rank < 1 || a.shape.at(-1) !== b.shape[1]) return null;
    return ops.dense(a, b, n % 2 === 0 ? undefined : ops.sum(b, [1]));
  },
  crossEntropy: ({ a, n }) => {
    const logits = ops.reshape(a, [-1, a.shape.at(-1) as number]);
    const [count, classes] = logits.shape as readonly [number, number];
    const labels = constant(
      Int32Array.from({ length: count }, (_, i) => (i + n) % classes),
      [count],
    );
    return ops.crossEntropy(logits, labels, { labelSmoothing: (n % 3) / 10, reduction: "none" });
  },
  concat: ({ a, b, n }) => {
    const axis = n % a.rank;
    const fits = a.rank === b.rank && a.shape.every((size, i) => i === axis || size === b.shape[i]);
    return fits ? ops.concat([a, b, a], axis) : null;
  },
  slice: ({ a, n }) => {
    const axis = n % a.rank;
    const step = [1, 2, -1, -2][n % 4] as number;
    const [start, end] = step > 0 ? [n % (a.shape[axis] as number), 9] : [-1, -9];
    return ops.slice(a, { starts: [start], ends: [end], axes: [axis], steps: [step] });
  },
  pad: ({ a, n }) =>
    ops.pad(
      a,
      a.shape.map((_, i) => (i === n % a.rank ? [n % 2, 1] : [0, 0])),
      { value: 0.4 },
    ),
  flatten: ({ a, n }) => ops.flatten(a, n % a.rank),
  transpose: ({ a }) => ops.transpose(a),
  expand: ({ a }) => (a.rank < 4 ? ops.expand(a, [2, ...a.shape]) : null),
};

export const OP_NAMES: readonly string[] = Object.keys(OPS);

const SHAPES: readonly (readonly number[])[] = [
  [3],
  [2, 3],
  [1, 3],
  [2, 1],
  [3, 3],
  [2, 2, 3],
  [2, 1, 3],
  [2, 1, 2, 3],
];

/** Makes irregular numbers from -1.5 to 1.5. */
const numbers = (count: number, salt: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => 1.5 * Math.sin(12.9898 * (i + 1) + 78.233 * (salt + 1)));

/**
 * Builds the graph of some choices. Skips ops that do not apply to the chosen tensors.
 * @param fixed marks the inputs that become constants of the values they would be fed with
 */
export function randomGraph(
  shapes: readonly number[],
  choices: readonly Choice[],
  fixed: readonly boolean[] = [],
): RandomGraph {
  const sizes = shapes.map((shape) => SHAPES[shape % SHAPES.length] as readonly number[]);
  const feeds = Object.fromEntries(sizes.map((shape, i) => [`x${i}`, numbers(sizeOf(shape), i)]));
  const inputs = sizes.map((shape, i) =>
    fixed[i] ? constant(Float32Array.from(numbers(sizeOf(shape), i)), shape) : input(`x${i}`, shape),
  );
  const known = new Map<Tensor, ArrayLike<number>>();
  const valuesOf: Evaluate = (tensor) => Array.from(evaluate([tensor], feeds, known)[0] ?? []);
  const pool = [...inputs];
  for (const { op, first, second, third } of choices) {
    const [a, b] = [pool[first % pool.length], pool[second % pool.length]] as [Tensor, Tensor];
    const added = attempt(() => OPS[OP_NAMES[op % OP_NAMES.length] as string]?.({ a, b, n: third, valuesOf }) ?? null);
    if (!added || added.rank === 0 || sizeOf(added.shape) > 60) continue;
    const largest = Math.max(...valuesOf(added).map(Math.abs));
    pool.push(largest > 2 ? ops.mul(added, 2 / largest) : added);
  }
  // Adds squares of the inputs, so that the result and its gradient depend on each input.
  const parts = [...pool.slice(-3).map((x, i) => weighted(x, i)), ...inputs.map((x) => ops.mul(ops.square(x), 0.1))];
  return { inputs, feeds, result: parts.map((part) => ops.sum(part)).reduce((sum, part) => ops.add(sum, part)) };
}

/** Multiplies each element by a different number, so that errors do not cancel in the sum. */
const weighted = (x: Tensor, salt: number): Tensor =>
  ops.mul(x, constant(Float32Array.from(numbers(sizeOf(x.shape), salt + 10)), x.shape));

function attempt(make: () => Tensor | null): Tensor | null {
  try {
    return make();
  } catch (error) {
    // Many pairs of random shapes do not broadcast.
    if (error instanceof Error && error.message.includes("do not broadcast")) return null;
    throw error;
  }
}
