import type { Convolution, ConvolutionSizes } from "../spatial/convolution.ts";
import { isWorthTrying } from "../tuning/effort.ts";
import { POINTS, RESULTS, readTiles } from "./tiles.ts";

/** Estimated cost of an operation in multiply-adds, measured on one processor with AVX2. */
const COST = {
  /** Copies one element of a window. */
  window: 15,
  /** Computes one element at a point and moves it through memory. */
  element: 42,
  /** Prepares one element of a matrix for a product. */
  factor: 8,
} as const;

/** The gradient by the weight multiplies smaller matrices than a convolution. */
const WEIGHT_GRADIENT = 1.25;

/** True for 3x3 kernels without stride, dilation and groups. */
export const suitsWinograd = ({ kernel, stride, dilation, groups }: Convolution): boolean =>
  groups === 1 && kernel.every((size) => size === 3) && [...stride, ...dilation].every((step) => step === 1);

/** True if Winograd's variant of a convolution is estimated to be faster than a direct one. */
export const favorsWinograd = (sizes: ConvolutionSizes): boolean =>
  isWorthTrying(multiplyAdds(sizes)) && winogradCost(sizes) < directCost(sizes);

/** True if Winograd's variant of a convolution's gradient by the weight is estimated to be faster than a direct one. */
export const favorsWinogradForWeights = (sizes: ConvolutionSizes): boolean =>
  isWorthTrying(multiplyAdds(sizes)) && WEIGHT_GRADIENT * winogradCost(sizes) < directCost(sizes);

const multiplyAdds = ({
  images,
  channels,
  filters,
  outSize: [height, width],
  rows,
  columns,
}: ConvolutionSizes): number => images * channels * filters * rows.kernel * columns.kernel * height * width;

const directCost = (sizes: ConvolutionSizes): number => multiplyAdds(sizes) * (1 + COST.window / sizes.filters);

function winogradCost(sizes: ConvolutionSizes): number {
  const { images, channels, filters, outSize } = sizes;
  const [rows, columns] = readTiles(sizes);
  const points = POINTS ** 2;
  const elements = images * rows.count * columns.count * points;
  const across = POINTS * columns.count;
  const toPoints = images * channels * across * (rows.size * columns.size + rows.count * points);
  const fromPoints = images * filters * across * (rows.count * POINTS * RESULTS + outSize[0] * outSize[1]);
  const moved = elements * (channels + filters) + points * channels * filters;
  const prepared = rows.count * points * channels * filters;
  return elements * channels * filters + toPoints + fromPoints + COST.element * moved + COST.factor * prepared;
}
