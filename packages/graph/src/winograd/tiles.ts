import { cookToom, type Matrix } from "../blocked/cook-toom.ts";
import type { ConvolutionSizes } from "../spatial/convolution.ts";

/** Results of a tile along each axis. */
export const RESULTS = 4;

/** Products of a tile along each axis, each at one point of `F43`. */
export const POINTS = 6;

/**
 * Matrices that compute four neighboring results of a correlation with three numbers by six products. At these points, the
 * rounding errors of images are half of those at 1, -1, 2 and -2: 8e-7 of the largest result, instead of 3e-7 without tiles.
 */
export const F43 = /* @__PURE__ */ cookToom(RESULTS, [0, 0.75, -0.75, 1.5, -1.5]);

/** Tiles along one axis of images, one for every four results. */
export interface Tiles {
  readonly count: number;
  /** Rows or columns of the images. */
  readonly size: number;
  /** Row or column at which the first tile starts; negative if it starts in the padding. */
  readonly from: number;
}

/** Returns the tiles of rows and columns that a convolution reads. */
export const readTiles = ({ size, outSize, rows, columns }: ConvolutionSizes): readonly [Tiles, Tiles] => [
  { count: countOf(outSize[0]), size: size[0], from: -rows.before },
  { count: countOf(outSize[1]), size: size[1], from: -columns.before },
];

/** Returns the tiles of rows and columns of a convolution's results. */
export const resultTiles = ({ outSize }: ConvolutionSizes): readonly [Tiles, Tiles] => [
  { count: countOf(outSize[0]), size: outSize[0], from: 0 },
  { count: countOf(outSize[1]), size: outSize[1], from: 0 },
];

/** Maximum bytes of the products of a part, chosen by peak memory. */
const PART_BYTES = 24e6;

/**
 * Returns the number of parts in which images or rows of tiles are computed one after the other, a divisor of their number.
 * @param each products of a channel or filter for one of them
 */
export function partsOf(count: number, each: number, { channels, filters }: ConvolutionSizes): number {
  const bytes = 4 * each * Math.max(channels, filters);
  const fits = (parts: number): boolean => count % parts === 0 && (count / parts) * bytes <= PART_BYTES;
  return Array.from({ length: count }, (_, i) => i + 1).find(fits) ?? count;
}

const countOf = (results: number): number => Math.ceil(results / RESULTS);

/** Returns the matrix with rows and columns exchanged. */
export const transposed = (matrix: Matrix): Matrix =>
  (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column] ?? 0));

/** Returns the Kronecker product of a matrix with itself: one transformation of rows and columns. */
export const squared = (matrix: Matrix): Matrix =>
  matrix.flatMap((down) => matrix.map((across) => down.flatMap((a) => across.map((b) => a * b))));
