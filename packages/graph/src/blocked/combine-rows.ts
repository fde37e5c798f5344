import { at, type Shape } from "../core/shape.ts";
import type { Matrix } from "./cook-toom.ts";
import type { BlockedBuilder } from "./layout.ts";

/** Positions of tiles of rows: tile i starts at row `every * i + from`. */
export interface Tiles {
  readonly every: number;
  /** At most 0. Rows above the image are zeros. */
  readonly from: number;
  /** Number of tiles. */
  readonly tiles: number;
}

/**
 * Computes weighted sums of neighboring rows of images in blocks. Each row of the matrix gives a tensor with one row per
 * tile: the sum of the tile's rows, weighted by the numbers of the matrix row. Rows beyond the image are zeros.
 * @param stored stored shape of `x`
 */
export function combineRows(b: BlockedBuilder, x: string, stored: Shape, matrix: Matrix, tiles: Tiles): string[] {
  return matrix.map((numbers) => {
    const { taps, dilation, top, bottom } = sparseWindow(numbers, at(stored, 2), tiles);
    return b.convEach(x, stored, taps, {
      kernel: [taps.length, 1],
      dilations: [dilation, 1],
      strides: [tiles.every, 1],
      pads: [top, 0, bottom, 0],
    });
  });
}

/** Returns the window without zeros at its ends and between its numbers, as far as the padding stays at least 0. */
function sparseWindow(numbers: readonly number[], height: number, { every, from, tiles }: Tiles) {
  const used = numbers.flatMap((n, i) => (n === 0 ? [] : [i]));
  const first = Math.min(...used, -from);
  const last = Math.max(...used);
  const top = -from - first;
  const reach = every * (tiles - 1) - top;
  const span = Math.max(last - first + 1, height - reach - every + 1);
  const window = Array.from({ length: span }, (_, i) => numbers[first + i] ?? 0);
  const sparse = span > 1 && span % 2 === 1 && window.every((n, i) => i % 2 === 0 || n === 0);
  return {
    taps: sparse ? window.filter((_, i) => i % 2 === 0) : window,
    dilation: sparse ? 2 : 1,
    top,
    bottom: Math.max(0, reach + span - height),
  };
}
