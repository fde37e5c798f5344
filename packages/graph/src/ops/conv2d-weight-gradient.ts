import { checkTypes } from "../core/check.ts";
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
import { lowerBest } from "./choose-variant.ts";
import { convolve } from "./conv2d.ts";
import { inputGradient } from "./conv2d-input-gradient.ts";
import { im2col } from "./conv2d-weight-gradient/im2col.ts";
import { interleaved } from "./conv2d-weight-gradient/interleaved.ts";

const op = /* @__PURE__ */ defineOp<Convolution>({
  name: "conv2dWeightGradient",
  infer: (inputs, convolution) => {
    const [x, dy] = inputs as [Tensor, Tensor];
    const [channels, filters] = [x.shape[1] as number, dy.shape[1] as number];
    const weight = [filters, channels / convolution.groups, ...convolution.kernel];
    const shape = convolvedShape("conv2dWeightGradient", x.shape, weight, convolution);
    checkTypes("conv2dWeightGradient", inputs, ["float32"]);
    checkShape("conv2dWeightGradient", "dy", dy, shape);
    return { shape: weight };
  },
  gradient: ({ inputs, cotangent, attributes }) => {
    const [x, dy] = inputs as [Tensor, Tensor];
    return [inputGradient(dy, cotangent, x.shape, attributes), convolve(x, cotangent, attributes)];
  },
  lower: (context) => {
    const [x, dy] = context.inputs.map(({ shape }) => shape) as [Shape, Shape];
    const convolution = context.attributes;
    return lowerBest(context, {
      name: "weight gradient",
      sizes: convolutionSizes(x, dy, convolution),
      convolution,
      variants: { interleaved, im2col },
      defaultVariant: suitsIm2col(convolution) ? "im2col" : "interleaved",
      withImages: (images) => ({
        inputs: [x, dy].map(([, ...rest]) => [images, ...rest]),
        output: context.output.shape,
        attributes: convolution,
      }),
    });
  },
});

/**
 * Interleaving is usually two to three times as fast, as measured on one processor, but for kernels of one element, which have no
 * columns to be built, and for kernels that leave most of the columns out, which it computes and throws away.
 */
const suitsIm2col = ({ kernel, dilation }: Convolution): boolean =>
  kernel.every((size) => size === 1) || dilation[1] * (kernel[1] - 1) + 1 > 2 * kernel[1];

/** The gradient by the weight of a convolution whose attributes are known to be right. */
export const weightGradient = (x: Tensor, dy: Tensor, convolution: Convolution): Tensor =>
  apply(op, [x, dy], convolution);

/**
 * The gradient of `sum(conv2d(x, weight) * dy)` by `weight`.
 * @param dy of the shape of the convolution's result
 * @param options the convolution's own, and `weightShape`, the shape of `weight`
 * @throws GraphError where the shapes do not fit
 */
export function conv2dWeightGradient(
  x: Tensor,
  dy: Tensor,
  { weightShape, ...options }: Conv2dOptions & { readonly weightShape: Shape },
): Tensor {
  const convolution = convolutionOf("conv2dWeightGradient", weightShape, options);
  checkShape(
    "conv2dWeightGradient",
    "dy",
    dy,
    convolvedShape("conv2dWeightGradient", x.shape, weightShape, convolution),
  );
  return weightGradient(x, dy, convolution);
}
