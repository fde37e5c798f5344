import { at, showShape, sizeOf } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { normalizeBatch } from "../../layers/batch-norm.ts";
import { dropout } from "../../layers/dropout.ts";
import { add } from "../../ops/add.ts";
import { avgPool2d } from "../../ops/avg-pool2d.ts";
import { channelAffine } from "../../ops/channel-affine.ts";
import { div } from "../../ops/div.ts";
import { expand } from "../../ops/expand.ts";
import { groupNorm } from "../../ops/group-norm.ts";
import { layerNorm } from "../../ops/layer-norm.ts";
import { mul } from "../../ops/mul.ts";
import { pad } from "../../ops/pad.ts";
import { pow } from "../../ops/pow.ts";
import { reshape } from "../../ops/reshape.ts";
import { square } from "../../ops/square.ts";
import type { Handler, NodeContext } from "../context.ts";
import { axisOf } from "../fold-structure.ts";

/** Normalization, and dropout. */
export const normalizationOps: Readonly<Record<string, Handler>> = {
  BatchNormalization: (context) => {
    const { node } = context;
    if (node.int("spatial", 1) === 0)
      node.fail("spatial = 0, with statistics of each pixel. Export the model again with opset 9 or later.");
    const x = context.tensor(0);
    const channels = [x.shape[1] ?? 0];
    const weight = context.parameter(1, "weight", "gain", channels);
    const bias = context.parameter(2, "bias", "bias", channels);
    const [mean, variance] = [context.buffer(3, "running_mean"), context.buffer(4, "running_var")];
    const y = normalizeBatch(context.scope, x, {
      weight,
      bias,
      mean,
      variance,
      trained: [context.parameterName(1, "weight"), context.parameterName(2, "bias")],
      eps: node.float("epsilon", 1e-5),
      // ONNX weights the old statistics, PyTorch those of the batch.
      momentum: 1 - node.float("momentum", 0.9),
      minVariance: 0,
    });
    context.record("batchNorm", x, 2 * at(channels, 0), 2 * sizeOf(x.shape));
    return y;
  },
  LayerNormalization: (context) => {
    const { node } = context;
    const x = context.tensor(0);
    const axis = axisOf(context, node.int("axis", -1), x.rank);
    const y = layerNorm(x, undefined, undefined, {
      normalizedShape: x.shape.slice(axis),
      eps: node.float("epsilon", 1e-5),
    });
    const normalizedShape = x.shape.slice(axis);
    const isPlain =
      sameSizes(context, 1, normalizedShape) && (!context.has(2) || sameSizes(context, 2, normalizedShape));
    const weight = context.tensor(1, "gain");
    const bias = context.has(2) ? context.tensor(2, "bias") : undefined;
    context.record("layerNorm", y, sizeOf(weight.shape) + sizeOf(bias?.shape ?? [0]), 2 * sizeOf(x.shape));
    if (isPlain) return layerNorm(x, weight, bias, { eps: node.float("epsilon", 1e-5) });
    return bias ? add(mul(y, weight), bias) : mul(y, weight);
  },
  InstanceNormalization: (context) => {
    const x = context.tensor(0);
    return normalizedGroups(context, x, x.shape[1] ?? 1);
  },
  GroupNormalization: (context) => normalizedGroups(context, context.tensor(0), context.node.int("num_groups")),
  LRN: (context) => {
    const { node } = context;
    const x = context.tensor(0);
    const [size, bias, alpha, beta] = [
      node.int("size"),
      node.float("bias", 1),
      node.float("alpha", 1e-4),
      node.float("beta", 0.75),
    ];
    const [batch = 1, channels = 1, ...plane] = x.shape;
    const columns = reshape(square(x), [batch, 1, channels, sizeOf(plane)]);
    const before = Math.floor((size - 1) / 2);
    const padded = pad(columns, [
      [0, 0],
      [0, 0],
      [before, size - 1 - before],
      [0, 0],
    ]);
    const means = avgPool2d(padded, { kernel: [size, 1], stride: 1 });
    return div(x, pow(add(mul(reshape(means, x.shape), alpha), bias), beta));
  },
  Dropout: (context) => {
    const { node } = context;
    const ratio = context.has(1) ? context.number(1) : node.float("ratio", 0.5);
    if (!(ratio >= 0 && ratio < 1)) node.fail(`a ratio of ${ratio}. Expected a number from 0 to below 1.`);
    return dropout(context.scope, context.pass.names.layerName(node), context.tensor(0), ratio);
  },
};

const sameSizes = (context: NodeContext, index: number, shape: readonly number[]): boolean =>
  showShape(context.shape(index)) === showShape(shape);

function normalizedGroups(context: NodeContext, x: Tensor, groups: number): Tensor {
  const { node } = context;
  const channels = x.shape[1] ?? 1;
  const eps = node.float("epsilon", 1e-5);
  // Opset 18 to 20 have one weight per group.
  const perChannel = (index: number, role: "gain" | "bias"): Tensor => {
    const vector = context.tensor(index, role);
    if (vector.rank !== 1 || vector.shape[0] === channels) return vector;
    return reshape(expand(reshape(vector, [-1, 1]), [groups, channels / groups]), [channels]);
  };
  const y = groupNorm(x, groups, undefined, undefined, { eps });
  const result = channelAffine(y, perChannel(1, "gain"), perChannel(2, "bias"));
  context.record("groupNorm", result, 2 * channels, 2 * sizeOf(x.shape));
  return result;
}
