import { reshape, transpose } from "../onnx/shorthands.ts";
import type { WeightGradientContext } from "../ops/conv2d-weight-gradient/context.ts";
import { convolutionSizes } from "../spatial/convolution.ts";
import { F43, POINTS, readTiles, resultTiles, squared, transposed } from "./tiles.ts";
import { toPoints } from "./transforms.ts";

/**
 * Lowers the gradient by the weight as the gradient of `winogradConvolution`: transforms the tiles of the images and those
 * of `dy`, sums their products over images and tiles, and transforms the sums to kernels.
 */
export function winogradWeightGradient({ builder, names: [x, dy], inputs, attributes }: WeightGradientContext): string {
  const sizes = convolutionSizes(inputs[0].shape, inputs[1].shape, attributes);
  const { images, channels, filters } = sizes;
  const [rows, columns] = readTiles(sizes);
  const pixels = toPoints(builder, x, images * channels, [rows, columns], F43.inputTransform);
  const gradients = toPoints(builder, dy, images * filters, resultTiles(sizes), transposed(F43.outputTransform));
  const byPoint = (value: string, planes: number): string =>
    reshape(builder, value, [rows.count, POINTS, POINTS, columns.count * images, planes]);
  const sums = builder.node("MatMul", [
    transpose(builder, byPoint(gradients, filters), [0, 1, 2, 4, 3]),
    byPoint(pixels, channels),
  ]);
  // One product sums over the tiles of rows and transforms the sums.
  const toKernel = transposed(squared(F43.filterTransform)).map((factors) =>
    Array.from({ length: rows.count }, () => factors).flat(),
  );
  const kernels = builder.node("MatMul", [
    builder.constant(Float32Array.from(toKernel.flat()), [toKernel.length, rows.count * POINTS ** 2]),
    reshape(builder, sums, [rows.count * POINTS ** 2, filters * channels]),
  ]);
  return reshape(builder, transpose(builder, kernels, [1, 0]), [filters, channels, ...attributes.kernel]);
}
