import { checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Shape } from "../core/shape.ts";
import type { LoweringContext, Tensor } from "../core/tensor.ts";
import {
  type Conv2dOptions,
  type Convolution,
  checkShape,
  convolutionOf,
  convolutionSizes,
  convolvedShape,
} from "../spatial/convolution.ts";
import { lowerBest } from "./choose-variant.ts";
import { convolve } from "./conv2d.ts";
import { canFlip, flipped } from "./conv2d-input-gradient/flipped.ts";
import { transposed } from "./conv2d-input-gradient/transposed.ts";
import { weightGradient } from "./conv2d-weight-gradient.ts";

/** A convolution, and the shape of the images that it was of: several sizes of them give results of the same size. */
export interface InputGradient extends Readonly<Record<string, unknown>> {
  readonly inputShape: Shape;
  readonly convolution: Convolution;
}

const op = /* @__PURE__ */ defineOp<InputGradient>({
  name: "conv2dInputGradient",
  infer: (inputs, { inputShape, convolution }) => {
    const [dy, weight] = inputs as [Tensor, Tensor];
    const shape = convolvedShape("conv2dInputGradient", inputShape, weight.shape, convolution);
    checkTypes("conv2dInputGradient", inputs, ["float32"]);
    checkShape("conv2dInputGradient", "dy", dy, shape);
    return { shape: inputShape };
  },
  gradient: ({ inputs, cotangent, attributes: { convolution } }) => {
    const [dy, weight] = inputs as [Tensor, Tensor];
    return [convolve(cotangent, weight, convolution), weightGradient(cotangent, dy, convolution)];
  },
  lower: (context) => {
    const { inputShape, convolution } = context.attributes;
    const { shape } = context.inputs[0] as Tensor;
    const [, weight] = context.inputs as [Tensor, Tensor];
    return lowerBest(context, {
      name: "input gradient",
      sizes: convolutionSizes(inputShape, shape, convolution),
      convolution,
      variants: canFlip(convolution) ? { flipped, transposed } : { transposed },
      defaultVariant: defaultVariantOf(context),
      withImages: (images) => ({
        inputs: [[images, ...shape.slice(1)], weight.shape],
        output: [images, ...inputShape.slice(1)],
        attributes: { inputShape: [images, ...inputShape.slice(1)], convolution },
      }),
    });
  },
});

/**
 * The one that was the fastest on one processor. A flipped convolution copies each of its inputs, the filters' gradients,
 * once for each tap of the kernel; a transposed one its results, the channels' gradients: there are fewer of the one or
 * the other. A kernel of 1x1 needs no copies.
 */
function defaultVariantOf({ attributes, inputs }: LoweringContext<InputGradient>): "flipped" | "transposed" {
  const { inputShape, convolution } = attributes;
  const { channels, filters } = convolutionSizes(inputShape, (inputs[0] as Tensor).shape, convolution);
  const few = filters <= channels || convolution.kernel.every((size) => size === 1);
  return few && canFlip(convolution) ? "flipped" : "transposed";
}

/** The gradient by the input of a convolution whose attributes are known to be right. */
export const inputGradient = (dy: Tensor, weight: Tensor, inputShape: Shape, convolution: Convolution): Tensor =>
  apply(op, [dy, weight], { inputShape, convolution });

/**
 * The gradient of `sum(conv2d(x, weight) * dy)` by `x`; what PyTorch calls a transposed convolution of `dy`. Pixels that
 * no window reaches get 0.
 * @param dy of the shape of the convolution's result
 * @param options the convolution's own, and `inputShape`, the shape of `x`
 * @throws GraphError where the shapes do not fit
 */
export function conv2dInputGradient(
  dy: Tensor,
  weight: Tensor,
  { inputShape, ...options }: Conv2dOptions & { readonly inputShape: Shape },
): Tensor {
  return inputGradient(dy, weight, [...inputShape], convolutionOf("conv2dInputGradient", weight.shape, options));
}
