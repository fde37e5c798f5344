import { checkOptionsOf, checkTensors, checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import { type PoolOptions, pooledShape, poolWindow } from "../pooling/pool.ts";
import { type AveragePool, avgPool2dGradient } from "./avg-pool2d-gradient.ts";

export interface AvgPool2dOptions extends PoolOptions {
  /** True to count padding as zeros in the mean, false to leave it out of the mean. Default true. */
  readonly countIncludePad?: boolean;
}

const op = /* @__PURE__ */ defineOp<[x: Tensor], AveragePool>({
  name: "avgPool2d",
  infer: ([x], { window }) => {
    checkTypes("avgPool2d", [x], ["float32"]);
    return { shape: pooledShape("avgPool2d", x.shape, window) };
  },
  gradient: ({ inputs: [x], cotangent, attributes }) => [avgPool2dGradient(cotangent, x.shape, attributes)],
  lower: ({ builder, names, attributes: { window, countIncludePad } }) =>
    builder.node("AveragePool", names, {
      kernel_shape: window.kernel,
      strides: window.stride,
      pads: window.padding,
      count_include_pad: countIncludePad ? 1 : 0,
    }),
});

/** Applies an average pool whose attributes were checked before. */
export const averagePool = (x: Tensor, attributes: AveragePool): Tensor => apply(op, [x], attributes);

/**
 * Computes the mean of each window of the images. PyTorch: `F.avg_pool2d`.
 * @param x float32 images [batch, channels, height, width]
 * @param options kernel, stride (default: the kernel), padding (default 0) and `countIncludePad` (default true)
 * @returns [batch, channels, out height, out width] with out = floor((size + 2 padding - kernel) / stride) + 1
 * @throws GraphError if the image is smaller than a window, or the padding is larger than half of the kernel
 */
export function avgPool2d(x: Tensor, options: AvgPool2dOptions): Tensor {
  checkTensors("avgPool2d", [x]);
  checkOptionsOf("avgPool2d", options, "{ kernel: 2 }");
  const { countIncludePad = true, ...pool } = options;
  return averagePool(x, { window: poolWindow("avgPool2d", pool), countIncludePad });
}
