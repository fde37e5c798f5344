import type { Shape } from "../core/shape.ts";
import type { Matrix } from "./cook-toom.ts";
import type { BlockedBuilder } from "./layout.ts";

/** Where tiles of rows are: tile i begins at the row `every * i + from`. */
export interface Tiles {
  readonly every: number;
  /** At most 0: rows above the image are zeros. */
  readonly from: number;
  readonly tiles: number;
}

/**
 * Sums of neighbouring rows of images in blocks: for each row of the matrix a tensor with a row for each tile, the sum of
 * the tile's rows times these numbers. What is beyond the image is zeros.
 * @param stored the stored shape of `x`
 */
export function combineRows(b: BlockedBuilder, x: string, stored: Shape, matrix: Matrix, tiles: Tiles): string[] {
  return matrix.map((numbers) => {
    const { taps, dilation, top, bottom } = placed(numbers, stored[2] as number, tiles);
    return b.convEach(x, stored, taps, {
      kernel: [taps.length, 1],
      dilations: [dilation, 1],
      strides: [tiles.every, 1],
      pads: [top, 0, bottom, 0],
    });
  });
}

/** The window without zeros at its ends and between its numbers, as far as no padding below 0 would be needed. */
function placed(numbers: readonly number[], height: number, { every, from, tiles }: Tiles) {
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
