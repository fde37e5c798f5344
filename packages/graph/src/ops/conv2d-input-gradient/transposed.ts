import { convolutionSizes } from "../../spatial/convolution.ts";
import type { InputGradientContext } from "./context.ts";

/** Lowers to ONNX's ConvTranspose: a matrix product whose results are added to the pixels they belong to. */
export function transposed({ builder, names, inputs: [dy], attributes }: InputGradientContext): string {
  const { inputShape, convolution } = attributes;
  const { rows, columns } = convolutionSizes(inputShape, dy.shape, convolution);
  return builder.node("ConvTranspose", names, {
    kernel_shape: convolution.kernel,
    strides: convolution.stride,
    pads: convolution.padding,
    dilations: convolution.dilation,
    group: convolution.groups,
    output_padding: [rows.unreached, columns.unreached],
  });
}
