import type { LoweringContext, Tensor } from "../../core/tensor.ts";
import type { OnnxBuilder } from "../../onnx/builder.ts";
import { permute, reshape, transpose } from "../../onnx/shorthands.ts";
import { type Convolution, type ConvolutionSizes, convolutionSizes } from "../../spatial/convolution.ts";
import type { InputGradient } from "../conv2d-input-gradient.ts";

/** Whether `flipped` can do it: strides of 1, and no more padding than the window reaches beyond its first element. */
export function canFlip({ kernel, stride, padding, dilation }: Convolution): boolean {
  return (
    padding.every((size, i) => size <= (dilation[i % 2] as number) * ((kernel[i % 2] as number) - 1)) &&
    stride.every((size) => size === 1)
  );
}

/** As a convolution of `dy` with the kernels turned by half a turn, and inputs and outputs exchanged. */
export function flipped({ builder, names: [dy, weight], inputs, attributes }: LoweringContext<InputGradient>): string {
  const { inputShape, convolution } = attributes;
  const { kernel, dilation, padding, groups } = convolution;
  const sizes = convolutionSizes(inputShape, (inputs[0] as Tensor).shape, convolution);
  return builder.node("Conv", [dy as string, flip(builder, weight as string, sizes, convolution)], {
    kernel_shape: kernel,
    dilations: dilation,
    pads: padding.map((size, i) => (dilation[i % 2] as number) * ((kernel[i % 2] as number) - 1) - size),
    group: groups,
  });
}

/** [filters, channels / groups, kh, kw] to [channels, filters / groups, kh, kw], each kernel turned by half a turn. */
function flip(
  builder: OnnxBuilder,
  weight: string,
  { channels, channelsPerGroup, filtersPerGroup }: ConvolutionSizes,
  { kernel, groups }: Convolution,
): string {
  const taps = kernel[0] * kernel[1];
  // Filters last while the taps are reversed: what is moved is then long rows, and not single numbers.
  const flat = [groups, filtersPerGroup, channelsPerGroup * taps];
  const filtersLast = permute(builder, weight, flat, [0, 2, 1], [channels, taps, filtersPerGroup]);
  const reversed = builder.ints(Array.from({ length: taps }, (_, i) => taps - 1 - i));
  const turned = taps > 1 ? builder.node("Gather", [filtersLast, reversed], { axis: 1 }) : filtersLast;
  return reshape(builder, transpose(builder, turned, [0, 2, 1]), [channels, filtersPerGroup, ...kernel]);
}
