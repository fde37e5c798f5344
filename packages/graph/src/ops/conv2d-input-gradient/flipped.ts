import type { OnnxBuilder } from "../../onnx/builder.ts";
import { convolution as addConvolution } from "../../onnx/convolution.ts";
import { permute, reshape, transpose } from "../../onnx/shorthands.ts";
import { type Convolution, type ConvolutionSizes, convolutionSizes } from "../../spatial/convolution.ts";
import type { InputGradientContext } from "./context.ts";

/**
 * Padding of the flipped convolution, [top, left, bottom, right]: the reach of the window beyond its first element,
 * less the padding of the convolution itself.
 */
function flippedPadding({ kernel, padding, dilation }: Convolution): readonly number[] {
  const [down, across] = [dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)];
  const [top, left, bottom, right] = padding;
  return [down - top, across - left, down - bottom, across - right];
}

/** True if `flipped` applies: the stride is 1, and the padding is at most the reach of the window. */
export const canFlip = (convolution: Convolution): boolean =>
  convolution.stride.every((size) => size === 1) && flippedPadding(convolution).every((size) => size >= 0);

/** Lowers to a convolution of `dy` with the kernels rotated by 180 degrees, and inputs and outputs exchanged. */
export function flipped({ builder, names: [dy, weight], inputs, attributes }: InputGradientContext): string {
  const { inputShape, convolution } = attributes;
  const sizes = convolutionSizes(inputShape, inputs[0].shape, convolution);
  const { kernel, dilation, groups } = convolution;
  return addConvolution(
    builder,
    [dy, flip(builder, weight, sizes, convolution)],
    { kernel_shape: kernel, dilations: dilation, pads: flippedPadding(convolution), group: groups },
    { channels: sizes.filters, filters: sizes.channels, groups },
  );
}

/**
 * [filters, channels / groups, kh, kw] to [channels, filters / groups, kh, kw], with each kernel rotated by 180
 * degrees.
 */
function flip(
  builder: OnnxBuilder,
  weight: string,
  { channels, channelsPerGroup, filtersPerGroup }: ConvolutionSizes,
  { kernel, groups }: Convolution,
): string {
  const taps = kernel[0] * kernel[1];
  // With filters last, reversing the taps moves long rows instead of single numbers.
  const flat = [groups, filtersPerGroup, channelsPerGroup * taps];
  const filtersLast = permute(builder, weight, flat, [0, 2, 1], [channels, taps, filtersPerGroup]);
  const reversed = builder.ints(Array.from({ length: taps }, (_, i) => taps - 1 - i));
  const turned = taps > 1 ? builder.node("Gather", [filtersLast, reversed], { axis: 1 }) : filtersLast;
  return reshape(builder, transpose(builder, turned, [0, 2, 1]), [channels, filtersPerGroup, ...kernel]);
}
