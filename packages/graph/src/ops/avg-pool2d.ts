import { checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import { type PoolOptions, pooledShape, poolWindow } from "../pooling/pool.ts";
import { type AveragePool, avgPool2dGradient } from "./avg-pool2d-gradient.ts";

export interface AvgPool2dOptions extends PoolOptions {
  /** Whether padding counts as zeros, or not at all, where a mean is taken; default true. */
  readonly countIncludePad?: boolean;
}

const op = /* @__PURE__ */ defineOp<AveragePool>({
  name: "avgPool2d",
  infer: (inputs, { window }) => {
    checkTypes("avgPool2d", inputs, ["float32"]);
    return { shape: pooledShape("avgPool2d", (inputs[0] as Tensor).shape, window) };
  },
  gradient: ({ inputs: [x], cotangent, attributes }) => [avgPool2dGradient(cotangent, (x as Tensor).shape, attributes)],
  lower: ({ builder, names, attributes: { window, countIncludePad } }) =>
    builder.node("AveragePool", names, {
      kernel_shape: window.kernel,
      strides: window.stride,
      pads: window.padding,
      count_include_pad: countIncludePad ? 1 : 0,
    }),
});

/** The average pool whose attributes are known to be right. */
export const averagePool = (x: Tensor, attributes: AveragePool): Tensor => apply(op, [x], attributes);

/**
 * The mean of each window, as PyTorch's `avg_pool2d`.
 * @param x images [batch, channels, height, width]
 * @returns [batch, channels, out height, out width], where out = floor((size + 2 padding - kernel) / stride) + 1
 * @throws GraphError where the image is smaller than a window, or the padding larger than half of one
 */
export function avgPool2d(x: Tensor, { countIncludePad = true, ...options }: AvgPool2dOptions): Tensor {
  return averagePool(x, { window: poolWindow("avgPool2d", options), countIncludePad });
}
