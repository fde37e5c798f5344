import { constant, ops, type Tensor } from "../src/index.ts";
import { type Arguments, type Case, layerCases } from "./golden.ts";

type Build = (inputs: Record<string, Tensor>, args: Arguments) => Tensor;

const vector = (values: number[]): Tensor => constant(Float32Array.from(values), [values.length]);

/** Layers of layers.json, built with this package. */
const LAYERS: Readonly<Record<string, Build>> = {
  conv2d: ({ x, weight, bias }, args) => ops.conv2d(x as Tensor, weight as Tensor, bias, args),
  maxPool2d: ({ x }, args) => ops.maxPool2d(x as Tensor, args),
  avgPool2d: ({ x }, args) => ops.avgPool2d(x as Tensor, args),
  globalAveragePool: ({ x }) => ops.globalAveragePool(x as Tensor),
  "batchNorm train": ({ x, weight, bias }, args) =>
    ops.batchNorm(x as Tensor, weight as Tensor, bias as Tensor, args).y,
  "batchNorm eval": ({ x, weight, bias }, { runningMean, runningVar, eps }) =>
    ops.batchNormInference(x as Tensor, weight as Tensor, bias as Tensor, vector(runningMean), vector(runningVar), {
      eps,
    }),
  layerNorm: ({ x, weight, bias }, args) => ops.layerNorm(x as Tensor, weight, bias, args),
  groupNorm: ({ x, weight, bias }, { groups, eps }) => ops.groupNorm(x as Tensor, groups, weight, bias, { eps }),
};

const name = ({ layer, arguments: args, inputs }: Case): string =>
  `${layer} ${JSON.stringify(args)} of ${Object.values(inputs).map(({ shape }) => `[${shape}]`)}`;

/** Cases of layers.json for these layers, each with its name. */
export const SPATIAL_CASES = layerCases(Object.keys(LAYERS)).map(
  (golden) => [name(golden), golden, LAYERS[golden.layer] as Build] as const,
);
