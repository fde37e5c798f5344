import { at, type Shape } from "../core/shape.ts";
import { combineRows } from "./combine-rows.ts";
import type { ConvolutionEpilogue, ConvolutionShape } from "./convolution-shape.ts";
import { type CookToom, cookToom, EVEN_POINT, MAX_OUTPUTS } from "./cook-toom.ts";
import { type BlockedBuilder, storedChannels } from "./layout.ts";

/**
 * Variant of a convolution with fewer multiplications: F(m, 3) of `cookToom` over the rows, and a direct convolution along
 * the width. Rows stay long, and intermediate tensors are little larger than the images.
 */
export interface Winograd {
  /** Rows of results that are computed together. */
  readonly rows: number;
  /**
   * Transformation of products to results: by `sums` of whole tensors (for four rows only), or by a matrix. For the matrix,
   * products are joined `before` the convolution, as its groups, or `after` it.
   */
  readonly joined: "sums" | "before" | "after";
}

/** True for kernels with three rows and a stride of 1. */
export const suitsWinograd = ({ kernel, stride }: ConvolutionShape): boolean => kernel[0] === 3 && stride === 1;

/** Returns the smallest number of rows that minimizes the multiplications. */
export function bestRows(outHeight: number): number {
  const all = Array.from({ length: MAX_OUTPUTS - 1 }, (_, i) => i + 2);
  return all.reduce((best, rows) => (productsOf(outHeight, rows) < productsOf(outHeight, best) ? rows : best));
}

/** Returns the multiplications of one column of results with one column of the kernel. */
const productsOf = (outHeight: number, rows: number): number => Math.ceil(outHeight / rows) * (rows + 2);

/**
 * Adds the nodes of the convolution.
 * @param filters filters in blocks: [filters / block, channels / block, 3, kw, block, block]
 */
export function winograd(
  b: BlockedBuilder,
  x: string,
  filters: string,
  shape: ConvolutionShape,
  { rows, joined }: Winograd,
  { bias, sum, activation }: ConvolutionEpilogue = {},
): string {
  const { images, padding, kernel, outHeight, outWidth } = shape;
  const [channels, outer] = [storedChannels(shape.channels, b.block), storedChannels(shape.filters, b.block)];
  const plan = cookToom(rows);
  const { points } = plan;
  const tiles = Math.ceil(outHeight / rows);
  const stored = [images, channels, shape.height, shape.width];
  const inputs = combineRows(b, hiddenRows(b, x, stored, rows), stored, plan.inputTransform, {
    every: rows,
    from: -padding[0],
    tiles,
  });
  const transformed = transformFilters(b, filters, plan, (outer * channels) / b.block ** 2, kernel[1]);
  const allFilters = b.reshape(transformed, [points * outer, channels, 1, kernel[1]]);
  const settings = { kernel: [1, kernel[1]], pads: [0, padding[1], 0, padding[3]] } as const;

  // One convolution for all points, or one for each.
  const convolveAllPoints = (): string =>
    b.conv(b.concat(inputs, 1), allFilters, {
      ...settings,
      groups: points,
      bias: bias && b.onnx.node("Pad", [bias, b.onnx.ints([EVEN_POINT * outer, (points - EVEN_POINT - 1) * outer])]),
    });
  const parts = (): string[] => b.onnx.nodes("Split", [allFilters], { axis: 0, num_outputs: points }, points);
  const convolvePoint = (pointFilters: readonly string[], point: number, added?: string): string =>
    b.conv(at(inputs, point), at(pointFilters, point), {
      ...settings,
      bias: point === EVEN_POINT ? bias : undefined,
      sum: added,
    });

  const size = { images, blocks: outer / b.block, tiles, outHeight, outWidth };
  let results: string;
  if (joined === "sums") {
    const pointFilters = parts();
    results = joinBySums(b, (point, added) => convolvePoint(pointFilters, point, added), size);
  } else {
    const pointFilters = joined === "after" ? parts() : [];
    const products =
      joined === "before"
        ? convolveAllPoints()
        : b.concat(
            inputs.map((_, point) => convolvePoint(pointFilters, point)),
            1,
          );
    results = joinByMatrix(b, products, plan, size);
  }
  const whole = b.reshape(results, [images, outer, outHeight, outWidth]);
  const added = sum ? b.onnx.node("Add", [whole, sum]) : whole;
  return activation ? b.onnx.node(activation, [added]) : added;
}

/**
 * Hides the shapes of all that is computed from images. Not for four rows: joining by sums adds in place, which requires
 * known shapes.
 */
export const hiddenRows = (b: BlockedBuilder, x: string, stored: Shape, rows: number): string =>
  rows === ROWS_OF_SUMS ? x : b.hide(x, stored);

/** Rows that can be joined by sums. */
const ROWS_OF_SUMS = 4;

/** Transforms the filters to [points, ...]. */
function transformFilters(b: BlockedBuilder, filters: string, plan: CookToom, blocks: number, kw: number): string {
  const size = kw * b.block ** 2;
  const byRow = b.hide(b.transpose(b.hide(filters, [blocks, 3, size]), [1, 0, 2]), [3, blocks * size]);
  return b.onnx.node("MatMul", [b.matrix(plan.filterTransform), byRow]);
}

interface ResultSize {
  readonly images: number;
  readonly blocks: number;
  readonly tiles: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/** Transforms the products of four rows at the points 0, 1, -1, 2, -2 and infinity. Points of opposite sign share terms. */
function joinBySums(
  b: BlockedBuilder,
  product: (point: number, added?: string) => string,
  { images, blocks, tiles, outHeight, outWidth }: ResultSize,
): string {
  const add = (one: string, other: string): string => b.onnx.node("Add", [one, other]);
  const stored = [images, blocks * b.block, tiles, outWidth];
  const addTimes = (factor: number, x: string, sum: string): string =>
    b.convEach(x, stored, [factor], { kernel: [1, 1], sum });
  const [one, minusOne, two, minusTwo] = [product(1), product(2), product(3), product(4)];
  const [evenOnes, oddOnes] = [add(one, minusOne), b.onnx.node("Sub", [one, minusOne])];
  const [evenTwos, oddTwos] = [add(two, minusTwo), b.onnx.node("Sub", [two, minusTwo])];
  const results = [
    product(0, add(evenOnes, evenTwos)),
    addTimes(2, oddTwos, oddOnes),
    addTimes(4, evenTwos, evenOnes),
    product(5, addTimes(8, oddTwos, oddOnes)),
  ];
  const row = outWidth * b.block;
  const joined = b.concat(
    results.map((result) => b.reshape(result, [images * blocks * tiles, row])),
    1,
  );
  if (tiles * results.length === outHeight) return joined;
  const [start, end, axis] = [b.onnx.ints([0]), b.onnx.ints([outHeight]), b.onnx.ints([1])];
  return b.onnx.node("Slice", [b.reshape(joined, [images * blocks, tiles * results.length, row]), start, end, axis]);
}

/**
 * Transforms products to results by a matrix.
 * @param products [images, points, blocks, tiles, width, block]
 */
function joinByMatrix(
  b: BlockedBuilder,
  products: string,
  { outputTransform, outputs, points }: CookToom,
  { images, blocks, tiles, outHeight, outWidth }: ResultSize,
): string {
  const row = outWidth * b.block;
  const flat = b.hide(products, [images, points, blocks * tiles * row]);
  const results = b.onnx.node("MatMul", [b.matrix(outputTransform), flat]);
  // Sources of the result rows in order, without rows below the last.
  const sources = Array.from({ length: blocks * outHeight }, (_, i) => {
    const [block, y] = [Math.floor(i / outHeight), i % outHeight];
    return ((y % outputs) * blocks + block) * tiles + Math.floor(y / outputs);
  });
  const rows = b.hide(results, [images, outputs * blocks * tiles, row]);
  return b.onnx.node("Gather", [rows, b.onnx.ints(sources)], { axis: 1 });
}
