import { inOrder } from "../src/core/in-order.ts";
import { inputName } from "../src/core/input.ts";
import { sizeOf } from "../src/core/shape.ts";
import type { Tensor } from "../src/core/tensor.ts";

/**
 * A float64 interpreter of graphs, as simple as possible: the oracle for programs and gradients. Each op has a reference
 * function under its name; tests may add further ones.
 */

export interface Values {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

// biome-ignore lint/suspicious/noExplicitAny: each op has its own attributes
type Rule = (inputs: readonly Values[], attributes: any, output: Tensor) => ArrayLike<number>;

/** Evaluates tensors for given inputs. `known` caches values across calls. */
export function evaluate(
  tensors: readonly Tensor[],
  feeds: Readonly<Record<string, ArrayLike<number>>>,
  known = new Map<Tensor, ArrayLike<number>>(),
): ArrayLike<number>[] {
  for (const tensor of inOrder(tensors)) {
    if (known.has(tensor)) continue;
    const inputs = tensor.inputs.map((input) => ({ shape: input.shape, data: known.get(input) ?? [] }));
    const name = inputName(tensor);
    // A function with a custom gradient returns its first input.
    const rule = tensor.op.transparent ? same : RULES[tensor.op.name];
    if (name === null && !rule) throw new Error(`evaluate: no rule for the op '${tensor.op.name}'`);
    const data = name === null ? rule?.(inputs, tensor.attributes, tensor) : feeds[name];
    if (!data || data.length !== sizeOf(tensor.shape)) {
      throw new Error(`evaluate: ${data?.length} numbers of ${tensor.op.name} [${tensor.shape}]`);
    }
    known.set(tensor, data);
  }
  return tensors.map((tensor) => known.get(tensor) as ArrayLike<number>);
}

/** Yields all indices of a shape in row-major order. */
export function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (outer, size) => outer.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

/** Returns the element at an index of a shape that the values broadcast to. */
export function at({ shape, data }: Values, index: readonly number[]): number {
  const skipped = index.length - shape.length;
  let offset = 0;
  for (const [axis, size] of shape.entries())
    offset = offset * size + (size === 1 ? 0 : (index[axis + skipped] as number));
  return data[offset] as number;
}

/** Reference function of an elementwise op with broadcasting. */
export const elementwise =
  (of: (a: number, b: number, c: number) => number): Rule =>
  (inputs, _, { shape }) =>
    indices(shape).map((index) => of(...(inputs.map((input) => at(input, index)) as [number, number, number])));

/** Returns an index with another position along one axis. */
export const moved = (index: readonly number[], axis: number, place: number): number[] =>
  index.map((old, i) => (i === axis ? place : old));

/** Reference function of a reduction. */
const reduction =
  (of: (x: number[]) => number): Rule =>
  ([x], { axes }, output) => {
    const { shape } = x as Values;
    const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const groups = Array.from({ length: sizeOf(output.shape) }, (): number[] => []);
    const places = { shape: kept, data: groups.map((_, i) => i) };
    for (const index of indices(shape)) groups[at(places, index)]?.push(at(x as Values, index));
    return groups.map(of);
  };

const total = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0);

/** Reference function of a product of matrices in the last two axes. */
const matmul: Rule = (inputs, { transposeA, transposeB }, { shape }) => {
  const [a, b] = inputs as [Values, Values];
  const inner = a.shape.at(transposeA ? -2 : -1) as number;
  return indices(shape).map((index) => {
    const [row, column] = index.slice(-2) as [number, number];
    const batch = index.slice(0, -2);
    const product = (k: number): number =>
      at(a, [...batch, ...(transposeA ? [k, row] : [row, k])]) *
      at(b, [...batch, ...(transposeB ? [column, k] : [k, column])]);
    return total(Array.from({ length: inner }, (_, k) => product(k)));
  });
};

/** Computes erf by a power series whose terms all have the same sign. */
export function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return Math.abs(x) > 6 ? Math.sign(x) : (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const same: Rule = ([x]) => (x as Values).data;

export const RULES: Record<string, Rule> = {
  constant: (_, { data }) => data,
  abs: elementwise(Math.abs),
  clamp: (inputs, { min, max }, output) => elementwise((x) => Math.min(Math.max(x, min), max))(inputs, {}, output),
  cos: elementwise(Math.cos),
  cumulativeSum: ([x], { axis, exclusive, reverse }, { shape }) =>
    indices(shape).map((index) => {
      const [size, place] = [shape[axis] as number, index[axis] as number];
      const isIn = (i: number): boolean => (i === place ? !exclusive : reverse ? i > place : i < place);
      const summed = Array.from({ length: size }, (_, i) => i).filter(isIn);
      return total(summed.map((i) => at(x as Values, moved(index, axis, i))));
    }),
  floor: elementwise(Math.floor),
  gather: ([x, chosen], { axis }, { shape }) =>
    indices(shape).map((index) => {
      const { shape: from } = x as Values;
      const { shape: inner } = chosen as Values;
      const place = at(chosen as Values, index.slice(axis, axis + inner.length));
      const start = place < 0 ? place + (from[axis] as number) : place;
      return at(x as Values, [...index.slice(0, axis), start, ...index.slice(axis + inner.length)]);
    }),
  gatherElements: ([x, chosen], { axis }, { shape }) =>
    indices(shape).map((index) => {
      const place = at(chosen as Values, index);
      return at(x as Values, moved(index, axis, place < 0 ? place + ((x as Values).shape[axis] as number) : place));
    }),
  sin: elementwise(Math.sin),
  topK: ([x], { axis, largest }, { shape }) =>
    indices(shape).map((index) => {
      const row = Array.from({ length: (x as Values).shape[axis] as number }, (_, i) => i).map(
        (i) => [at(x as Values, moved(index, axis, i)), i] as const,
      );
      return row.sort(([a], [b]) => (largest ? b - a : a - b))[index[axis] as number]?.[1] as number;
    }),
  add: (inputs, _, output) =>
    elementwise(output.dtype === "int32" ? (a, b) => (a + b) | 0 : (a, b) => a + b)(inputs, {}, output),
  cast: (inputs, { dtype }, output) => {
    if (dtype === "bool") return elementwise((x) => Number(x !== 0))(inputs, {}, output);
    return dtype === "float32" ? same(inputs, {}, output) : elementwise(Math.trunc)(inputs, {}, output);
  },
  concat: (inputs, { axis }, { shape }) =>
    indices(shape).map((index) => {
      let place = index[axis] as number;
      for (const input of inputs) {
        const size = input.shape[axis] as number;
        if (place < size) return at(input, moved(index, axis, place));
        place -= size;
      }
      return Number.NaN;
    }),
  dense: (inputs, _, output) => {
    const products = matmul(inputs, { transposeA: false, transposeB: true }, output);
    return elementwise((a, b) => a + b)([{ shape: output.shape, data: products }, inputs[2] as Values], {}, output);
  },
  div: elementwise((a, b) => a / b),
  elu: (inputs, { alpha }, output) => elementwise((x) => (x > 0 ? x : alpha * Math.expm1(x)))(inputs, {}, output),
  equal: elementwise((a, b) => Number(a === b)),
  erf: elementwise(erf),
  exp: elementwise(Math.exp),
  expand: elementwise((x) => x),
  flip: ([x], { axes }, { shape }) =>
    indices(shape).map((index) => {
      const from = index.map((i, axis) => (axes.includes(axis) ? (shape[axis] as number) - 1 - i : i));
      return at(x as Values, from);
    }),
  greater: elementwise((a, b) => Number(a > b)),
  greaterOrEqual: elementwise((a, b) => Number(a >= b)),
  hardswish: elementwise((x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6),
  leakyRelu: (inputs, { negativeSlope }, output) =>
    elementwise((x) => (x > 0 ? x : negativeSlope * x))(inputs, {}, output),
  less: elementwise((a, b) => Number(a < b)),
  lessOrEqual: elementwise((a, b) => Number(a <= b)),
  log: elementwise(Math.log),
  matmul,
  max: reduction((x) => Math.max(...x)),
  maximum: elementwise(Math.max),
  mean: reduction((x) => total(x) / x.length),
  min: reduction((x) => Math.min(...x)),
  minimum: elementwise(Math.min),
  mul: (inputs, _, output) => elementwise(output.dtype === "int32" ? Math.imul : (a, b) => a * b)(inputs, {}, output),
  neg: elementwise((x) => -x),
  pad: ([x], { pads, value }, { shape }) =>
    indices(shape).map((index) => {
      const from = index.map((i, axis) => i - pads[axis][0]);
      const inside = from.every((i, axis) => i >= 0 && i < ((x as Values).shape[axis] as number));
      return inside ? at(x as Values, from) : value;
    }),
  pow: elementwise(Math.pow),
  reciprocal: elementwise((x) => 1 / x),
  relu: elementwise((x) => Math.max(x, 0)),
  reshape: same,
  sigmoid: elementwise((x) => 1 / (1 + Math.exp(-x))),
  sign: elementwise(Math.sign),
  slice: ([x], { ranges }, { shape }) =>
    indices(shape).map((index) =>
      at(
        x as Values,
        index.map((i, axis) => ranges[axis].start + i * ranges[axis].step),
      ),
    ),
  softmax: ([x], { axis }, { shape }) =>
    indices(shape).map((index) => {
      const row = Array.from({ length: shape[axis] as number }, (_, i) => at(x as Values, moved(index, axis, i)));
      const largest = Math.max(...row);
      return Math.exp(at(x as Values, index) - largest) / total(row.map((value) => Math.exp(value - largest)));
    }),
  sqrt: elementwise(Math.sqrt),
  step: elementwise((x) => Number(x > 0)),
  sub: elementwise((a, b) => a - b),
  sum: reduction(total),
  tanh: elementwise(Math.tanh),
  transpose: ([x], { order }, { shape }) =>
    indices(shape).map((index) => {
      const from = order.map((_: number, axis: number) => index[order.indexOf(axis)]);
      return at(x as Values, from);
    }),
  where: elementwise((condition, a, b) => (condition ? a : b)),
};
