import type { LoweringContext, Tensor } from "../../core/tensor.ts";
import { convolutionSizes } from "../../spatial/convolution.ts";
import type { InputGradient } from "../conv2d-input-gradient.ts";

/** As ONNX's ConvTranspose: a product of matrices whose results are added to the pixels that they belong to. */
export function transposed({ builder, names, inputs, attributes }: LoweringContext<InputGradient>): string {
  const { inputShape, convolution } = attributes;
  const { rows, columns } = convolutionSizes(inputShape, (inputs[0] as Tensor).shape, convolution);
  return builder.node("ConvTranspose", names, {
    kernel_shape: convolution.kernel,
    strides: convolution.stride,
    pads: convolution.padding,
    dilations: convolution.dilation,
    group: convolution.groups,
    output_padding: [rows.unreached, columns.unreached],
  });
}
