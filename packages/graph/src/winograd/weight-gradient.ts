import type { Matrix } from "../blocked/cook-toom.ts";
import { concat, hiddenReshape, reshape, transpose } from "../onnx/shorthands.ts";
import type { WeightGradientContext } from "../ops/conv2d-weight-gradient/context.ts";
import { convolutionSizes } from "../spatial/convolution.ts";
import { F43, POINTS, partsOf, readTiles, resultTiles, squared, type Tiles, transposed } from "./tiles.ts";
import { columnsToPoints, rowsToPoints } from "./transforms.ts";

/**
 * Lowers the gradient by the weight as the gradient of `winogradConvolution`: transforms the tiles of the images and those
 * of `dy`, sums their products over images and tiles, and transforms the sums to kernels.
 */
export function winogradWeightGradient({ builder, names: [x, dy], inputs, attributes }: WeightGradientContext): string {
  const sizes = convolutionSizes(inputs[0].shape, inputs[1].shape, attributes);
  const { images, channels, filters } = sizes;
  const [rows, columns] = readTiles(sizes);
  const parts = partsOf(rows.count, columns.count * images * POINTS ** 2, sizes);
  const count = rows.count / parts;
  const byPoint = (value: string, tiles: readonly [Tiles, Tiles], matrix: Matrix, planes: number) => {
    const across = columnsToPoints(builder, value, images * planes, tiles, matrix);
    return (part: number): string => {
      const length = POINTS * columns.count * images * planes;
      const down = rowsToPoints(builder, across, length, tiles[0], matrix, [part * count, count]);
      return hiddenReshape(builder, down, [count, POINTS, POINTS, columns.count * images, planes]);
    };
  };
  const pixels = byPoint(x, [rows, columns], F43.inputTransform, channels);
  const gradients = byPoint(dy, resultTiles(sizes), transposed(F43.outputTransform), filters);
  const sumsOfParts = Array.from({ length: parts }, (_, part) =>
    builder.node("MatMul", [transpose(builder, gradients(part), [0, 1, 2, 4, 3]), pixels(part)]),
  );
  const sums = concat(builder, sumsOfParts, 0);
  // One product sums over the tiles of rows and transforms the sums.
  const toKernel = transposed(squared(F43.filterTransform)).map((factors) =>
    Array.from({ length: rows.count }, () => factors).flat(),
  );
  const kernels = builder.node("MatMul", [
    builder.constant(Float32Array.from(toKernel.flat()), [toKernel.length, rows.count * POINTS ** 2]),
    hiddenReshape(builder, sums, [rows.count * POINTS ** 2, filters * channels]),
  ]);
  return reshape(builder, transpose(builder, kernels, [1, 0]), [filters, channels, ...attributes.kernel]);
}
