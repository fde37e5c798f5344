import { checkTensors, checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import { at, sizeOf } from "../core/shape.ts";
import type { LoweringContext, Tensor } from "../core/tensor.ts";
import { convolution } from "../onnx/convolution.ts";
import {
  type Conv2dOptions,
  type Convolution,
  checkShape,
  convolutionOf,
  convolutionSizes,
  convolvedShape,
} from "../spatial/convolution.ts";
import { winogradConvolution } from "../winograd/convolution.ts";
import { favorsWinograd, suitsWinograd } from "../winograd/cost.ts";
import { channelMean } from "./channel-mean.ts";
import { lowerBest } from "./choose-variant.ts";
import { inputGradient } from "./conv2d-input-gradient.ts";
import { weightGradient } from "./conv2d-weight-gradient.ts";
import { mul } from "./mul.ts";

export type { Conv2dOptions } from "../spatial/convolution.ts";

type ConvolutionInputs = [x: Tensor, weight: Tensor, ...bias: Tensor[]];

export const convolutionOp = /* @__PURE__ */ defineOp<ConvolutionInputs, Convolution>({
  name: "conv2d",
  infer: (inputs, attributes) => {
    const [x, weight, bias] = inputs;
    checkTypes("conv2d", inputs, ["float32"]);
    const shape = convolvedShape("conv2d", x.shape, weight.shape, attributes);
    if (bias) checkShape("conv2d", "bias", bias, [at(weight.shape, 0)]);
    return { shape };
  },
  gradient: ({ inputs: [x, weight, bias], cotangent, attributes }) => {
    const dx = inputGradient(cotangent, weight, x.shape, attributes);
    const dweight = weightGradient(x, cotangent, attributes);
    return bias ? [dx, dweight, channelSum(cotangent)] : [dx, dweight];
  },
  lower: (context) => {
    const { builder, inputs, output, attributes: convolution } = context;
    const sizes = convolutionSizes(inputs[0].shape, output.shape, convolution);
    const inTiles = !builder.isForWebgpu && suitsWinograd(convolution);
    return lowerBest<ConvolutionInputs, Convolution>(context, {
      name: "convolution",
      sizes,
      convolution,
      variants: inTiles ? { direct, winograd: winogradConvolution } : { direct },
      defaultVariant: inTiles && favorsWinograd(sizes) ? "winograd" : "direct",
      withImages: (images) => ({
        inputs: [[images, ...inputs[0].shape.slice(1)], ...inputs.slice(1).map(({ shape }) => shape)] as never,
        output: [images, ...output.shape.slice(1)],
        attributes: convolution,
      }),
    });
  },
});

/** Lowers to ONNX's Conv. */
function direct({ builder, names, inputs, attributes }: LoweringContext<ConvolutionInputs, Convolution>): string {
  const [x, weight] = inputs;
  const { kernel, stride, padding, dilation, groups } = attributes;
  return convolution(
    builder,
    names,
    { kernel_shape: kernel, strides: stride, pads: padding, dilations: dilation, group: groups },
    { channels: at(x.shape, 1), filters: at(weight.shape, 0), groups },
  );
}

/** Applies a convolution whose attributes were checked before. */
export const convolve = (x: Tensor, weight: Tensor, attributes: Convolution): Tensor =>
  apply(convolutionOp, [x, weight], attributes);

/**
 * Convolves images with filters (mathematically, a cross-correlation). PyTorch: `F.conv2d`.
 * @param x float32 images [batch, channels, height, width]
 * @param weight float32 filters [filters, channels / groups, kernel height, kernel width]
 * @param bias float32 [filters]; default none
 * @param options stride (default 1), padding (default 0), dilation (default 1) and groups (default 1)
 * @returns [batch, filters, out height, out width] with
 * out = floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1
 * @throws GraphError if the shapes do not match, or the padded image is smaller than a window
 * @example const y = ops.conv2d(images, weight, bias, { stride: 2, padding: 1 });
 */
export function conv2d(x: Tensor, weight: Tensor, bias?: Tensor, options: Conv2dOptions = {}): Tensor {
  checkTensors("conv2d", [x, weight]);
  const attributes = convolutionOf("conv2d", weight.shape, options);
  return apply(convolutionOp, bias ? [x, weight, bias] : [x, weight], attributes);
}

const channelSum = (x: Tensor): Tensor => mul(channelMean(x), sizeOf(x.shape) / at(x.shape, 1));
