import { randomAt, randomKey } from "@downhill/optim/random";
import { at, type Shape, sizeOf } from "../core/shape.ts";
import { GraphError } from "../error.ts";

/** Returns the initial numbers of a parameter; the same seed and name give the same numbers. */
export type Initializer = (shape: Shape, seed: number, name: string) => Float32Array;

/** Fan-in and fan-out of a weight [out, in, ...kernel]. PyTorch: `nn.init._calculate_fan_in_and_fan_out`. */
export function fans(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  const [out = 1, inner = 1, ...kernel] = shape;
  return { fanIn: inner * sizeOf(kernel), fanOut: out * sizeOf(kernel) };
}

/** Returns an initializer that sets every element to one number. PyTorch: `nn.init.constant_`. */
export const filled =
  (value: number): Initializer =>
  (shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

/** Sets every element to 0. */
export const zeros: Initializer = /* @__PURE__ */ filled(0);
/** Sets every element to 1. */
export const ones: Initializer = /* @__PURE__ */ filled(1);

/** Returns an initializer that draws uniformly from [-bound, bound). PyTorch: `nn.init.uniform_`. */
export const uniform =
  (bound: number): Initializer =>
  (shape, seed, name) => {
    const key = randomKey(seed, 0, name);
    return Float32Array.from({ length: sizeOf(shape) }, (_, i) => bound * (2 * randomAt(i, key, 0) - 1));
  };

/**
 * Returns an initializer that draws from a normal distribution of mean 0. PyTorch: `nn.init.normal_`, and `torch.randn` for
 * noise of a loop of one's own.
 * @example const noise = initializers.normal(1)([64, 100], step, "noise"); // 6,400 numbers, others in each step
 */
export const normal =
  (deviation: number): Initializer =>
  (shape, seed, name) => {
    const draw = normals(seed, name);
    return Float32Array.from({ length: sizeOf(shape) }, (_, i) => deviation * draw(i, 0));
  };

/**
 * Returns an initializer that draws from a normal distribution of mean 0 and draws again beyond `bound` deviations,
 * like `trunc_normal_` of timm.
 * @param deviation standard deviation before truncation; default 0.02
 * @param bound in standard deviations; default 2
 */
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
 * Draws uniformly from [-b, b) with b = 1 / sqrt(fan-in), PyTorch's default for weights of dense and convolutional
 * layers. PyTorch draws biases with the bound of their weight: `uniform(1 / Math.sqrt(fanIn))`.
 */
export const pytorchDefault: Initializer = (shape, seed, name) =>
  uniform(1 / Math.sqrt(fans(shape).fanIn))(shape, seed, name);

interface KaimingOptions {
  /** `"fanIn"` keeps the variance of activations, `"fanOut"` that of gradients. Default `"fanIn"`. */
  readonly mode?: "fanIn" | "fanOut";
  /** Gain that compensates for the activation after the layer. Default sqrt(2), for relu. */
  readonly gain?: number;
}

/**
 * Returns an initializer that draws from a normal distribution of deviation gain / sqrt(fan). PyTorch:
 * `nn.init.kaiming_normal_`. Paper: He et al., https://arxiv.org/abs/1502.01852.
 */
export const kaimingNormal =
  ({ mode = "fanIn", gain = Math.SQRT2 }: KaimingOptions = {}): Initializer =>
  (shape, seed, name) =>
    normal(gain / Math.sqrt(fans(shape)[mode]))(shape, seed, name);

/**
 * Returns an initializer that draws uniformly from [-b, b) with b = gain * sqrt(3 / fan), which has the deviation of
 * `kaimingNormal`. PyTorch: `nn.init.kaiming_uniform_`.
 */
export const kaimingUniform =
  ({ mode = "fanIn", gain = Math.SQRT2 }: KaimingOptions = {}): Initializer =>
  (shape, seed, name) =>
    uniform(gain * Math.sqrt(3 / fans(shape)[mode]))(shape, seed, name);

/**
 * Returns an initializer that draws from a normal distribution of deviation gain * sqrt(2 / (fan-in + fan-out)).
 * PyTorch: `nn.init.xavier_normal_`. Paper: Glorot and Bengio (2010).
 */
export const xavierNormal =
  (gain = 1): Initializer =>
  (shape, seed, name) =>
    normal(gain * Math.sqrt(2 / sumOfFans(shape)))(shape, seed, name);

/**
 * Returns an initializer that draws uniformly from [-b, b) with b = gain * sqrt(6 / (fan-in + fan-out)), which has the
 * deviation of `xavierNormal`. PyTorch: `nn.init.xavier_uniform_`.
 */
export const xavierUniform =
  (gain = 1): Initializer =>
  (shape, seed, name) =>
    uniform(gain * Math.sqrt(6 / sumOfFans(shape)))(shape, seed, name);

const sumOfFans = (shape: Shape): number => fans(shape).fanIn + fans(shape).fanOut;

/**
 * Returns an initializer that makes the rows of the weight, as a matrix [first axis, rest], orthogonal and of length
 * `gain`; if there are fewer columns than rows, the columns. PyTorch: `nn.init.orthogonal_`. Paper: Saxe et al.,
 * https://arxiv.org/abs/1312.6120.
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
      // A second pass of Gram-Schmidt removes the rounding errors of the first.
      for (let pass = 0; pass < 2; pass++) for (const other of basis) subtract(vector, other, dot(vector, other));
      const norm = Math.sqrt(dot(vector, vector));
      basis.push(vector.map((x) => x / norm));
    }
    const element = (row: number, column: number): number =>
      rows <= columns ? at(at(basis, row), column) : at(at(basis, column), row);
    return Float32Array.from(
      { length: rows * columns },
      (_, i) => gain * element(Math.floor(i / columns), i % columns),
    );
  };

/**
 * Returns an initializer that makes the first filters of a convolution copy one input channel each, so that a new deep
 * network passes its input on. PyTorch: `nn.init.dirac_`. Paper: Zagoruyko and Komodakis,
 * https://arxiv.org/abs/1706.00388.
 * @param others initializer of the filters beyond the number of input channels; default `pytorchDefault`
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

/** Initializers that an option may name, each with its default arguments. */
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

/** Name of an initializer in `byName`. */
export type InitializerName = keyof typeof byName;

/** Initializer of an option: a function, or a name in `byName`. */
export type InitializerOption = Initializer | InitializerName;

/**
 * Returns the initializer of an option.
 * @throws GraphError if the name is unknown
 * @example initializers.initializerOf("orthogonal")([4, 9], 0, "conv1.weight") // 4 orthogonal rows of 9 numbers
 */
export function initializerOf(option: InitializerOption): Initializer {
  if (typeof option === "function") return option;
  if (typeof option === "string" && Object.hasOwn(byName, option)) return byName[option];
  const known = Object.keys(byName).join(", ");
  throw new GraphError(`initializer = ${JSON.stringify(option)}. Expected a function, or one of ${known}.`);
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * at(b, i), 0);

function subtract(from: Float64Array, other: Float64Array, factor: number): void {
  for (let i = 0; i < from.length; i++) from[i] = at(from, i) - factor * at(other, i);
}

/**
 * Returns a function that draws a standard normal number for an element and an attempt, by the Box-Muller transform.
 */
function normals(seed: number, name: string): (element: number, attempt: number) => number {
  const key = randomKey(seed, 0, name);
  return (element, attempt) => {
    const radius = Math.sqrt(-2 * Math.log(1 - randomAt(element, key, 2 * attempt)));
    return radius * Math.cos(2 * Math.PI * randomAt(element, key, 2 * attempt + 1));
  };
}
