import { randomAt, randomKey } from "@downhill/optim/random";
import { type Shape, sizeOf } from "../core/shape.ts";
import { GraphError } from "../error.ts";

/** Fills a new parameter with numbers; the same seed and name give the same ones. */
export type Initializer = (shape: Shape, seed: number, name: string) => Float32Array;

/** How many inputs and outputs one element of a weight [out, in, ...kernel] connects. */
export function fans(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  const [out = 1, inner = 1, ...kernel] = shape;
  return { fanIn: inner * sizeOf(kernel), fanOut: out * sizeOf(kernel) };
}

/** The same number everywhere. */
export const filled =
  (value: number): Initializer =>
  (shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

export const zeros: Initializer = /* @__PURE__ */ filled(0);
export const ones: Initializer = /* @__PURE__ */ filled(1);

/** Uniform in [-bound, bound). */
export const uniform =
  (bound: number): Initializer =>
  (shape, seed, name) => {
    const key = randomKey(seed, 0, name);
    return Float32Array.from({ length: sizeOf(shape) }, (_, i) => bound * (2 * randomAt(i, key, 0) - 1));
  };

/** Normal with mean 0. */
export const normal =
  (deviation: number): Initializer =>
  (shape, seed, name) => {
    const draw = normals(seed, name);
    return Float32Array.from({ length: sizeOf(shape) }, (_, i) => deviation * draw(i, 0));
  };

/** Normal with mean 0, drawn anew while beyond `bound` deviations (default 2), as timm and JAX. */
export const truncatedNormal =
  (deviation = 0.02, bound = 2): Initializer =>
  (shape, seed, name) => {
    const draw = normals(seed, name);
    return Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
      let attempt = 0;
      while (Math.abs(draw(i, attempt)) > bound) attempt++;
      return deviation * draw(i, attempt);
    });
  };

/**
 * PyTorch's default for the weights of dense and convolutional layers: uniform with the bound 1 / sqrt(fanIn). Its
 * biases have the same bound, of the fanIn of their weight: `uniform(1 / Math.sqrt(fanIn))`.
 */
export const pytorchDefault: Initializer = (shape, seed, name) =>
  uniform(1 / Math.sqrt(fans(shape).fanIn))(shape, seed, name);

interface KaimingOptions {
  /** Keeps the variance of what flows forward (`fanIn`, default) or back (`fanOut`). */
  readonly mode?: "fanIn" | "fanOut";
  /** What the layer's activation makes of a deviation of 1; sqrt(2), for relu, by default. */
  readonly gain?: number;
}

/** He et al., https://arxiv.org/abs/1502.01852: normal with deviation gain / sqrt(fan). */
export const kaimingNormal =
  ({ mode = "fanIn", gain = Math.SQRT2 }: KaimingOptions = {}): Initializer =>
  (shape, seed, name) =>
    normal(gain / Math.sqrt(fans(shape)[mode]))(shape, seed, name);

/** He et al., uniform with the same deviation. */
export const kaimingUniform =
  ({ mode = "fanIn", gain = Math.SQRT2 }: KaimingOptions = {}): Initializer =>
  (shape, seed, name) =>
    uniform(gain * Math.sqrt(3 / fans(shape)[mode]))(shape, seed, name);

/** Glorot and Bengio (2010): normal with deviation gain * sqrt(2 / (fanIn + fanOut)). */
export const xavierNormal =
  (gain = 1): Initializer =>
  (shape, seed, name) =>
    normal(gain * Math.sqrt(2 / sumOfFans(shape)))(shape, seed, name);

/** Glorot and Bengio, uniform with the same deviation. */
export const xavierUniform =
  (gain = 1): Initializer =>
  (shape, seed, name) =>
    uniform(gain * Math.sqrt(6 / sumOfFans(shape)))(shape, seed, name);

const sumOfFans = (shape: Shape): number => fans(shape).fanIn + fans(shape).fanOut;

/**
 * Saxe et al., https://arxiv.org/abs/1312.6120: rows (of the weight as the matrix [first axis, rest]), or columns where
 * there are fewer, that are orthogonal and of length `gain`.
 */
export const orthogonal =
  (gain = 1): Initializer =>
  (shape, seed, name) => {
    const rows = shape[0] ?? 1;
    const columns = sizeOf(shape) / rows;
    const [vectors, length] = rows <= columns ? [rows, columns] : [columns, rows];
    const draw = normals(seed, name);
    const basis: Float64Array[] = [];
    for (let v = 0; v < vectors; v++) {
      const vector = Float64Array.from({ length }, (_, i) => draw(v * length + i, 0));
      // Twice: what the first pass leaves over by rounding, the second takes.
      for (let pass = 0; pass < 2; pass++) for (const other of basis) subtract(vector, other, dot(vector, other));
      const norm = Math.sqrt(dot(vector, vector));
      basis.push(vector.map((x) => x / norm));
    }
    const at = (row: number, column: number): number =>
      (rows <= columns ? basis[row]?.[column] : basis[column]?.[row]) as number;
    return Float32Array.from({ length: rows * columns }, (_, i) => gain * at(Math.floor(i / columns), i % columns));
  };

/**
 * The identity, as far as it goes, after Zagoruyko and Komodakis, https://arxiv.org/abs/1706.00388: the first filters of a
 * convolution each copy one input channel, so that at first a deep network passes on what it sees. Those that are left
 * over are as `others` makes them.
 */
export const dirac =
  (others: Initializer = pytorchDefault): Initializer =>
  (shape, seed, name) => {
    const [out = 1, inner = 1, ...kernel] = shape;
    const taps = sizeOf(kernel);
    const middle = kernel.reduce((index, size) => index * size + (size >> 1), 0);
    const values = others(shape, seed, name);
    const copies = Math.min(out, inner);
    values.fill(0, 0, copies * inner * taps);
    for (let i = 0; i < copies; i++) values[(i * inner + i) * taps + middle] = 1;
    return values;
  };

/** The initializers that options may give by name, each with its defaults. */
export const byName = {
  pytorchDefault,
  kaimingNormal: /* @__PURE__ */ kaimingNormal(),
  kaimingUniform: /* @__PURE__ */ kaimingUniform(),
  xavierNormal: /* @__PURE__ */ xavierNormal(),
  xavierUniform: /* @__PURE__ */ xavierUniform(),
  truncatedNormal: /* @__PURE__ */ truncatedNormal(),
  orthogonal: /* @__PURE__ */ orthogonal(),
  dirac: /* @__PURE__ */ dirac(),
  zeros,
  ones,
} as const satisfies Readonly<Record<string, Initializer>>;

export type InitializerName = keyof typeof byName;

/** As options give it: a function, or a name of `byName`. */
export type InitializerOption = Initializer | InitializerName;

/**
 * The initializer that an option stands for.
 * @throws GraphError for a name that `byName` has not
 * @example initializers.initializerOf("orthogonal")([4, 9], 0, "conv1.weight") // 4 orthogonal rows of 9 numbers
 */
export function initializerOf(option: InitializerOption): Initializer {
  if (typeof option === "function") return option;
  if (typeof option === "string" && Object.hasOwn(byName, option)) return byName[option];
  const known = Object.keys(byName).join(", ");
  throw new GraphError(`initializer = ${JSON.stringify(option)}: expected a function, or one of ${known}`);
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);

function subtract(from: Float64Array, other: Float64Array, times: number): void {
  for (let i = 0; i < from.length; i++) from[i] = (from[i] as number) - times * (other[i] as number);
}

/** Standard normal numbers by element and attempt, by Box and Muller's transform. */
function normals(seed: number, name: string): (element: number, attempt: number) => number {
  const key = randomKey(seed, 0, name);
  return (element, attempt) => {
    const radius = Math.sqrt(-2 * Math.log(1 - randomAt(element, key, 2 * attempt)));
    return radius * Math.cos(2 * Math.PI * randomAt(element, key, 2 * attempt + 1));
  };
}
