import type { LoweringContext, Tensor } from "../core/tensor.ts";
import type { OnnxBuilder } from "../onnx/builder.ts";
import { concat, hiddenReshape, reshape, slice, transpose } from "../onnx/shorthands.ts";
import type { InputGradientContext } from "../ops/conv2d-input-gradient/context.ts";
import { type Convolution, type ConvolutionSizes, convolutionSizes } from "../spatial/convolution.ts";
import { exchanged } from "./exchanged.ts";
import { F43, POINTS, partsOf, readTiles, resultTiles } from "./tiles.ts";
import { filtersAtPoints, fromPoints, toPoints } from "./transforms.ts";

type ConvolutionContext = LoweringContext<readonly [x: Tensor, weight: Tensor, ...bias: Tensor[]], Convolution>;

/**
 * Lowers a convolution with 3x3 kernels to products of matrices: tiles of 6 x 6 pixels are transformed, multiplied by
 * transformed filters, and transformed to 4 x 4 results. This takes a quarter of the multiplications, and gathers no
 * windows. Paper: https://arxiv.org/abs/1509.09308.
 */
export function winogradConvolution({ builder, names, inputs, output, attributes }: ConvolutionContext): string {
  const [x, weight, bias] = names;
  const sizes = convolutionSizes(inputs[0].shape, output.shape, attributes);
  const filters = filtersAtPoints(builder, weight, [sizes.filters, sizes.channels], false);
  const y = convolve(builder, x, transpose(builder, filters, [0, 1, 3, 2]), sizes);
  return bias === undefined ? y : builder.node("Add", [y, reshape(builder, bias, [sizes.filters, 1, 1])]);
}

/** Lowers the gradient by the images to a convolution of `dy` with rotated kernels, as `winogradConvolution`. */
export function winogradInputGradient({ builder, names, inputs, attributes }: InputGradientContext): string {
  const [dy, weight] = names;
  const sizes = convolutionSizes(attributes.inputShape, inputs[0].shape, attributes.convolution);
  const filters = filtersAtPoints(builder, weight, [sizes.filters, sizes.channels], true);
  return convolve(builder, dy, filters, exchanged(sizes));
}

/** @param weight transformed filters [points, points, channels, filters] */
function convolve(builder: OnnxBuilder, x: string, weight: string, sizes: ConvolutionSizes): string {
  const { images, filters, outSize } = sizes;
  const [rows, columns] = readTiles(sizes);
  const parts = partsOf(images, rows.count * columns.count * POINTS ** 2, sizes);
  const count = images / parts;
  const results = Array.from({ length: parts }, (_, part) => {
    const own = parts === 1 ? x : slice(builder, x, [{ axis: 0, start: part * count, count, step: 1 }]);
    return convolvePart(builder, own, weight, { ...sizes, images: count });
  });
  return reshape(builder, concat(builder, results, 0), [images, filters, ...outSize]);
}

/** @returns name of a tensor [images * filters, out height, out width] */
function convolvePart(builder: OnnxBuilder, x: string, weight: string, sizes: ConvolutionSizes): string {
  const { images, channels, filters } = sizes;
  const [rows, columns] = readTiles(sizes);
  const tiles = toPoints(builder, x, images * channels, [rows, columns], F43.inputTransform);
  const byPoint = hiddenReshape(builder, tiles, [rows.count, POINTS, POINTS, columns.count * images, channels]);
  const products = builder.node("MatMul", [byPoint, weight]);
  return fromPoints(builder, products, images * filters, resultTiles(sizes));
}
