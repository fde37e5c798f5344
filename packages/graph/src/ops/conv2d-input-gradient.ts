import { checkList, checkOptionsOf, checkTensors, checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Shape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import {
  type Conv2dOptions,
  type Convolution,
  checkShape,
  convolutionOf,
  convolutionSizes,
  convolvedShape,
} from "../spatial/convolution.ts";
import { winogradInputGradient } from "../winograd/convolution.ts";
import { favorsWinograd, suitsWinograd } from "../winograd/cost.ts";
import { exchanged } from "../winograd/exchanged.ts";
import { lowerBest } from "./choose-variant.ts";
import { convolve } from "./conv2d.ts";
import type { InputGradient, InputGradientContext } from "./conv2d-input-gradient/context.ts";
import { canFlip, flipped } from "./conv2d-input-gradient/flipped.ts";
import { transposed } from "./conv2d-input-gradient/transposed.ts";
import { weightGradient } from "./conv2d-weight-gradient.ts";

const op = /* @__PURE__ */ defineOp<readonly [dy: Tensor, weight: Tensor], InputGradient>({
  name: "conv2dInputGradient",
  infer: ([dy, weight], { inputShape, convolution }) => {
    const shape = convolvedShape("conv2dInputGradient", inputShape, weight.shape, convolution);
    checkTypes("conv2dInputGradient", [dy, weight], ["float32"]);
    checkShape("conv2dInputGradient", "dy", dy, shape);
    return { shape: inputShape };
  },
  gradient: ({ inputs: [dy, weight], cotangent, attributes: { convolution } }) => [
    convolve(cotangent, weight, convolution),
    weightGradient(cotangent, dy, convolution),
  ],
  lower: (context) => {
    const { inputShape, convolution } = context.attributes;
    const [{ shape }, weight] = context.inputs;
    const sizes = convolutionSizes(inputShape, shape, convolution);
    const inTiles = !context.builder.isForWebgpu && canFlip(convolution) && suitsWinograd(convolution);
    return lowerBest(context, {
      name: "input gradient",
      sizes,
      convolution,
      variants: {
        ...(canFlip(convolution) && { flipped }),
        transposed,
        ...(inTiles && { winograd: winogradInputGradient }),
      },
      defaultVariant: inTiles && favorsWinograd(exchanged(sizes)) ? "winograd" : defaultVariantOf(context),
      withImages: (images) => ({
        inputs: [[images, ...shape.slice(1)], weight.shape],
        output: [images, ...inputShape.slice(1)],
        attributes: { inputShape: [images, ...inputShape.slice(1)], convolution },
      }),
    });
  },
});

/**
 * Name of the variant without tiles that was the fastest on one processor. A flipped convolution copies each of its inputs (the
 * gradients by filter) once per tap of the kernel; a transposed convolution copies its results (the gradients by
 * channel). The variant that copies less wins. A 1x1 kernel needs no copies.
 */
function defaultVariantOf({ attributes, inputs: [dy] }: InputGradientContext): "flipped" | "transposed" {
  const { inputShape, convolution } = attributes;
  const { channels, filters } = convolutionSizes(inputShape, dy.shape, convolution);
  const few = filters <= channels || convolution.kernel.every((size) => size === 1);
  return few && canFlip(convolution) ? "flipped" : "transposed";
}

/** Returns the gradient of a convolution by its images, for attributes that were checked before. */
export const inputGradient = (dy: Tensor, weight: Tensor, inputShape: Shape, convolution: Convolution): Tensor =>
  apply(op, [dy, weight], { inputShape, convolution });

/**
 * Computes the gradient of `sum(conv2d(x, weight) * dy)` by `x`. PyTorch: `F.conv_transpose2d` of `dy`.
 * @param dy float32, of the shape of the convolution's result
 * @param weight float32 filters [filters, channels / groups, kernel height, kernel width]
 * @param options the options of the convolution, and `inputShape`, the shape of `x`
 * @returns a tensor of the shape `inputShape`; pixels that no window covers are 0
 * @throws GraphError if the shapes do not match
 */
export function conv2dInputGradient(
  dy: Tensor,
  weight: Tensor,
  options: Conv2dOptions & { readonly inputShape: Shape },
): Tensor {
  checkTensors("conv2dInputGradient", [dy, weight]);
  checkOptionsOf("conv2dInputGradient", options, "{ inputShape: [4, 3, 3, 3] }");
  checkList("conv2dInputGradient", "inputShape", options.inputShape, "[4, 3, 3, 3]");
  const { inputShape, ...conv2dOptions } = options;
  return inputGradient(dy, weight, [...inputShape], convolutionOf("conv2dInputGradient", weight.shape, conv2dOptions));
}
