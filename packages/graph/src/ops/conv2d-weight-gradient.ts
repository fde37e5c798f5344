import { checkList, checkOptionsOf, checkTensors, checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import { at, type Shape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import {
  type Conv2dOptions,
  type Convolution,
  checkShape,
  convolutionOf,
  convolutionSizes,
  convolvedShape,
} from "../spatial/convolution.ts";
import { favorsWinogradForWeights, suitsWinograd } from "../winograd/cost.ts";
import { winogradWeightGradient } from "../winograd/weight-gradient.ts";
import { lowerBest } from "./choose-variant.ts";
import { convolve } from "./conv2d.ts";
import { inputGradient } from "./conv2d-input-gradient.ts";
import { im2col } from "./conv2d-weight-gradient/im2col.ts";
import { interleaved } from "./conv2d-weight-gradient/interleaved.ts";

const op = /* @__PURE__ */ defineOp<readonly [x: Tensor, dy: Tensor], Convolution>({
  name: "conv2dWeightGradient",
  infer: ([x, dy], convolution) => {
    const [channels, filters] = [at(x.shape, 1), at(dy.shape, 1)];
    const weight = [filters, channels / convolution.groups, ...convolution.kernel];
    const shape = convolvedShape("conv2dWeightGradient", x.shape, weight, convolution);
    checkTypes("conv2dWeightGradient", [x, dy], ["float32"]);
    checkShape("conv2dWeightGradient", "dy", dy, shape);
    return { shape: weight };
  },
  gradient: ({ inputs: [x, dy], cotangent, attributes }) => [
    inputGradient(dy, cotangent, x.shape, attributes),
    convolve(x, cotangent, attributes),
  ],
  lower: (context) => {
    const { inputs, output, attributes: convolution } = context;
    const [{ shape: x }, { shape: dy }] = inputs;
    const sizes = convolutionSizes(x, dy, convolution);
    const inTiles = !context.builder.isForWebgpu && suitsWinograd(convolution);
    const direct = suitsIm2col(convolution) ? "im2col" : "interleaved";
    return lowerBest(context, {
      name: "weight gradient",
      sizes,
      convolution,
      variants: { interleaved, im2col, ...(inTiles && { winograd: winogradWeightGradient }) },
      defaultVariant: inTiles && favorsWinogradForWeights(sizes) ? "winograd" : direct,
      withImages: (images) => ({
        inputs: [
          [images, ...x.slice(1)],
          [images, ...dy.slice(1)],
        ],
        output: output.shape,
        attributes: convolution,
      }),
    });
  },
});

/**
 * True for kernels of one element, which have no columns to build, and for kernels so dilated that the interleaved
 * variant computes mostly columns that it then discards. For all others, interleaving was two to three times as fast on
 * one processor.
 */
const suitsIm2col = ({ kernel, dilation }: Convolution): boolean =>
  kernel.every((size) => size === 1) || dilation[1] * (kernel[1] - 1) + 1 > 2 * kernel[1];

/** Returns the gradient of a convolution by its weight, for attributes that were checked before. */
export const weightGradient = (x: Tensor, dy: Tensor, convolution: Convolution): Tensor =>
  apply(op, [x, dy], convolution);

/**
 * Computes the gradient of `sum(conv2d(x, weight) * dy)` by `weight`. PyTorch: `torch.nn.grad.conv2d_weight`.
 * @param x float32 images [batch, channels, height, width]
 * @param dy float32, of the shape of the convolution's result
 * @param options the options of the convolution, and `weightShape`, the shape of `weight`
 * @returns a tensor of the shape `weightShape`
 * @throws GraphError if the shapes do not match
 */
export function conv2dWeightGradient(
  x: Tensor,
  dy: Tensor,
  options: Conv2dOptions & { readonly weightShape: Shape },
): Tensor {
  checkTensors("conv2dWeightGradient", [x, dy]);
  checkOptionsOf("conv2dWeightGradient", options, "{ weightShape: [4, 3, 3, 3] }");
  checkList("conv2dWeightGradient", "weightShape", options.weightShape, "[4, 3, 3, 3]");
  const { weightShape, ...conv2dOptions } = options;
  const convolution = convolutionOf("conv2dWeightGradient", weightShape, conv2dOptions);
  checkShape(
    "conv2dWeightGradient",
    "dy",
    dy,
    convolvedShape("conv2dWeightGradient", x.shape, weightShape, convolution),
  );
  return weightGradient(x, dy, convolution);
}
