import { checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import {
  type Conv2dOptions,
  type Convolution,
  checkShape,
  convolutionOf,
  convolvedShape,
} from "../spatial/convolution.ts";
import { channelMean } from "./channel-mean.ts";
import { inputGradient } from "./conv2d-input-gradient.ts";
import { weightGradient } from "./conv2d-weight-gradient.ts";
import { mul } from "./mul.ts";

export type { Conv2dOptions } from "../spatial/convolution.ts";

const op = /* @__PURE__ */ defineOp<Convolution>({
  name: "conv2d",
  infer: (inputs, convolution) => {
    const [x, weight, bias] = inputs as [Tensor, Tensor, Tensor?];
    checkTypes("conv2d", inputs, ["float32"]);
    const shape = convolvedShape("conv2d", x.shape, weight.shape, convolution);
    if (bias) checkShape("conv2d", "a bias", bias, [weight.shape[0] as number]);
    return { shape };
  },
  gradient: ({ inputs, cotangent, attributes }) => {
    const [x, weight, bias] = inputs as [Tensor, Tensor, Tensor?];
    const dx = inputGradient(cotangent, weight, x.shape, attributes);
    const dweight = weightGradient(x, cotangent, attributes);
    return bias ? [dx, dweight, channelSum(cotangent)] : [dx, dweight];
  },
  lower: ({ builder, names, attributes: { kernel, stride, padding, dilation, groups } }) =>
    builder.node("Conv", names, {
      kernel_shape: kernel,
      strides: stride,
      pads: padding,
      dilations: dilation,
      group: groups,
    }),
});

/** A convolution whose attributes are known to be right. */
export const convolve = (x: Tensor, weight: Tensor, convolution: Convolution): Tensor =>
  apply(op, [x, weight], convolution);

/**
 * A convolution of images, as PyTorch's `conv2d` (mathematically a cross-correlation).
 * @param x images [batch, channels, height, width]
 * @param weight [filters, channels / groups, kernel height, kernel width]
 * @param bias [filters]; none by default
 * @returns [batch, filters, out height, out width], where out = floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1
 * @throws GraphError where the shapes do not fit, or the image is smaller than one window
 * @example const y = ops.conv2d(images, weight, bias, { stride: 2, padding: 1 });
 */
export function conv2d(x: Tensor, weight: Tensor, bias?: Tensor, options: Conv2dOptions = {}): Tensor {
  const convolution = convolutionOf("conv2d", weight.shape, options);
  return apply(op, bias ? [x, weight, bias] : [x, weight], convolution);
}

const channelSum = (x: Tensor): Tensor => mul(channelMean(x), sizeOf(x.shape) / (x.shape[1] as number));
