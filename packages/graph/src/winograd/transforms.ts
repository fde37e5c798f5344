import type { Matrix } from "../blocked/cook-toom.ts";
import { at } from "../core/shape.ts";
import type { OnnxBuilder } from "../onnx/builder.ts";
import { hiddenReshape, reshape, slice, transpose } from "../onnx/shorthands.ts";
import { F43, POINTS, RESULTS, squared, type Tiles, transposed } from "./tiles.ts";

/**
 * Adds nodes that transform the tiles of images by a matrix along both axes.
 * @param x images [planes, rows, columns], where planes are images times channels
 * @param matrix [points][elements of a tile]
 * @returns name of a tensor [tiles of rows, points, points, tiles of columns, planes]
 */
export function toPoints(
  builder: OnnxBuilder,
  x: string,
  planes: number,
  [rows, columns]: readonly [Tiles, Tiles],
  matrix: Matrix,
): string {
  const across = columnsToPoints(builder, x, planes, [rows, columns], matrix);
  return rowsToPoints(builder, across, POINTS * columns.count * planes, rows, matrix, [0, rows.count]);
}

/** Transforms the tiles of columns, the first step of `toPoints`; returns the name of [rows, points * tiles * planes]. */
export function columnsToPoints(
  builder: OnnxBuilder,
  x: string,
  planes: number,
  [rows, columns]: readonly [Tiles, Tiles],
  matrix: Matrix,
): string {
  // With planes last, matrices combine long rows. ONNX Runtime merges the transposition into the product.
  const planesLast = transpose(builder, hiddenReshape(builder, x, [planes, rows.size, columns.size]), [1, 2, 0]);
  return builder.node("MatMul", [constant(builder, [ofAllTiles(matrix, columns)]), planesLast]);
}

/**
 * Transforms `count` tiles of rows from `first` on, the second step of `toPoints`: [rows, length] to
 * [count, points, length].
 */
export function rowsToPoints(
  builder: OnnxBuilder,
  x: string,
  length: number,
  { count: all, size, from }: Tiles,
  matrix: Matrix,
  [first, count]: readonly [first: number, count: number],
): string {
  const taps = at(matrix, 0).length;
  const isSplit = taps === RESULTS && from === 0 && size === all * RESULTS && count === all;
  if (isSplit) {
    return builder.node("MatMul", [constant(builder, [matrix]), hiddenReshape(builder, x, [count, RESULTS, length])]);
  }
  const sources = Array.from(
    { length: count },
    (_, tile) => matrix[0]?.map((_, tap) => from + (first + tile) * RESULTS + tap) ?? [],
  );
  // Elements outside of the image have the factor 0, and any row of it stands for them.
  const clamped = sources.flat().map((source) => Math.min(Math.max(source, 0), size - 1));
  const matrices = sources.map((list) =>
    matrix.map((factors) => factors.map((factor, tap) => (isWithin(at(list, tap), size) ? factor : 0))),
  );
  const gathered = builder.node("Gather", [hiddenReshape(builder, x, [size, length]), builder.ints(clamped)], {
    axis: 0,
  });
  return builder.node("MatMul", [constant(builder, matrices), hiddenReshape(builder, gathered, [count, taps, length])]);
}

const isWithin = (index: number, size: number): boolean => index >= 0 && index < size;

/**
 * Adds nodes that transform products to results.
 * @param products [tiles of rows, points, points, tiles of columns, planes], where planes are images times filters
 * @returns name of a tensor [planes, rows, columns]
 */
export function fromPoints(
  builder: OnnxBuilder,
  products: string,
  planes: number,
  [rows, columns]: readonly [Tiles, Tiles],
): string {
  const tiled = hiddenReshape(builder, products, [rows.count, POINTS, POINTS * columns.count * planes]);
  const down = builder.node("MatMul", [constant(builder, [F43.outputTransform]), tiled]);
  const all = hiddenReshape(builder, down, [rows.count * RESULTS, POINTS * columns.count, planes]);
  const isExact = rows.size === rows.count * RESULTS;
  const whole = isExact ? all : slice(builder, all, [{ axis: 0, start: 0, count: rows.size, step: 1 }]);
  const matrix = constant(builder, [ofAllTiles(transposed(F43.outputTransform), columns)]);
  const across = builder.node("MatMul", [transpose(builder, whole, [0, 2, 1]), matrix]);
  return transpose(builder, across, [1, 0, 2]);
}

/** Returns the matrix [points * tiles][size] that transforms all tiles along one axis. */
const ofAllTiles = (matrix: Matrix, { count, size, from }: Tiles): Matrix =>
  matrix.flatMap((factors) =>
    Array.from({ length: count }, (_, tile) =>
      Array.from({ length: size }, (_, i) => factors[i - from - tile * RESULTS] ?? 0),
    ),
  );

/**
 * Adds nodes that transform filters [filters, channels, 3, 3].
 * @param rotated rotates each kernel by 180 degrees
 * @returns name of a tensor [points, points, filters, channels]
 */
export function filtersAtPoints(
  builder: OnnxBuilder,
  weight: string,
  [filters, channels]: readonly [filters: number, channels: number],
  rotated: boolean,
): string {
  const matrix = squared(F43.filterTransform).map((factors) => (rotated ? [...factors].reverse() : factors));
  const byTap = transpose(builder, reshape(builder, weight, [filters * channels, at(matrix, 0).length]), [1, 0]);
  const all = builder.node("MatMul", [constant(builder, [matrix]), byTap]);
  return reshape(builder, all, [POINTS, POINTS, filters, channels]);
}

/** Adds a constant [matrices, rows, columns]; one matrix broadcasts. */
function constant(builder: OnnxBuilder, matrices: readonly Matrix[]): string {
  const first = at(matrices, 0);
  return builder.constant(Float32Array.from(matrices.flat(2)), [matrices.length, first.length, at(first, 0).length]);
}
