import { constant, ops, type Tensor } from "../src/index.ts";
import { type Arguments, allCases, type Case, layerCases } from "./golden.ts";

type Build = (inputs: Record<string, Tensor>, args: Arguments) => Tensor;

/** Builds a case from a function of `x`. */
const unary =
  (of: (x: Tensor) => Tensor): Build =>
  ({ x }) =>
    of(x as Tensor);

/** Builds a case from a function of `a` and `b`. */
const binary =
  (of: (a: Tensor, b: Tensor) => Tensor): Build =>
  ({ a, b }) =>
    of(a as Tensor, b as Tensor);

const labelsOf = (labels: number[]): Tensor => constant(Int32Array.from(labels), [labels.length]);

const crossEntropy: Build = ({ logits }, { labels, labelSmoothing, reduction }) =>
  ops.crossEntropy(logits as Tensor, labelsOf(labels), { labelSmoothing, reduction });

const dense: Build = ({ x, weight, bias }) => ops.dense(x as Tensor, weight as Tensor, bias);

const mse: Build = ({ x, y }, { reduction }) => ops.mse(x as Tensor, y as Tensor, { reduction });

const ACTIVATIONS: Readonly<Record<string, Build>> = {
  relu: unary(ops.relu),
  gelu: unary(ops.gelu),
  "gelu tanh": unary((x) => ops.gelu(x, { approximate: "tanh" })),
  silu: unary(ops.silu),
  sigmoid: unary(ops.sigmoid),
  tanh: unary(ops.tanh),
  softplus: unary(ops.softplus),
  elu: unary(ops.elu),
  mish: unary(ops.mish),
  hardswish: unary(ops.hardswish),
};

/** Layers of layers.json, built with this package. */
const LAYERS: Readonly<Record<string, Build>> = {
  ...ACTIVATIONS,
  dense,
  "leakyRelu 0.1": unary((x) => ops.leakyRelu(x, 0.1)),
  "crossEntropy mean": crossEntropy,
  "crossEntropy mean, extreme logits": crossEntropy,
  "mse mean": mse,
};

/** Layers of ops.json, built with this package. */
const OPS: Readonly<Record<string, Build>> = {
  ...ACTIVATIONS,
  elu: unary((x) => ops.elu(x, 1.7)),
  leakyRelu: unary((x) => ops.leakyRelu(x, 0.2)),
  add: binary(ops.add),
  sub: binary(ops.sub),
  mul: binary(ops.mul),
  div: binary(ops.div),
  pow: binary(ops.pow),
  "pow number": ({ x }, { exponent }) => ops.pow(x as Tensor, exponent),
  maximum: binary(ops.maximum),
  minimum: binary(ops.minimum),
  exp: unary(ops.exp),
  erf: unary(ops.erf),
  abs: unary(ops.abs),
  sign: unary(ops.sign),
  neg: unary(ops.neg),
  square: unary(ops.square),
  log: unary(ops.log),
  sqrt: unary(ops.sqrt),
  reciprocal: unary(ops.reciprocal),
  max: ({ x }, { axes }) => ops.max(x as Tensor, axes),
  min: ({ x }, { axes }) => ops.min(x as Tensor, axes),
  variance: ({ x }, { axes, correction }) => ops.variance(x as Tensor, axes, { correction }),
  softmax: ({ x }, { axis }) => ops.softmax(x as Tensor, axis),
  logSoftmax: ({ x }, { axis }) => ops.logSoftmax(x as Tensor, axis),
  crossEntropy,
  mse,
  dense,
  matmul: binary(ops.matmul),
  "matmul transposed": binary((a, b) => ops.matmul(ops.transpose(a, a.rank === 2 ? [1, 0] : [0, 2, 1]), b)),
  concat: ({ a, b, c }, { axis }) => ops.concat([a as Tensor, b as Tensor, c as Tensor], axis),
  slice: unary((x) => ops.slice(x, { starts: [1, 3], ends: [3, 0], axes: [0, -1], steps: [1, -1] })),
  "slice steps": unary((x) => ops.slice(x, { starts: [0, 1], ends: [5, 8], axes: [1, 2], steps: [2, 3] })),
  pad: unary((x) =>
    ops.pad(
      x,
      [
        [0, 0],
        [0, 3],
        [1, 2],
      ],
      { value: -0.5 },
    ),
  ),
  where: binary((a, b) => ops.where(ops.cast(constant(Int32Array.of(1, 0, 1), [3]), "bool"), a, b)),
};

const name = ({ layer, arguments: args, inputs }: Case): string => {
  const shapes = Object.values(inputs).map(({ shape }) => `[${shape}]`);
  return `${layer} ${Object.keys(args).length > 0 ? `${JSON.stringify(args)} ` : ""}of ${shapes.join(", ")}`;
};

/** Each case with its name and its builder. */
export const GOLDEN_OPS: readonly (readonly [name: string, golden: Case, build: Build])[] = [
  ...layerCases(Object.keys(LAYERS)).map((golden) => [name(golden), golden, LAYERS[golden.layer] as Build] as const),
  ...allCases("ops.json").map((golden) => [name(golden), golden, OPS[golden.layer] as Build] as const),
];
