import { at, type Shape, sizes } from "../core/shape.ts";
import type { BlockedBuilder } from "./layout.ts";

/**
 * Interleaves tensors in blocks: element [i, j] of each tile of the result comes from part [i][j].
 * @param stored stored shape of a part
 */
export function interleave(b: BlockedBuilder, parts: readonly (readonly string[])[], stored: Shape): string {
  const [images, channels, height, width] = sizes(stored, 4);
  const blocks = (images * channels) / b.block;
  const across = at(parts, 0).length;
  const rows = parts.map((columns) => {
    const flat = columns.map((part) => b.reshape(part, [blocks * height * width, b.block]));
    return b.reshape(b.concat(flat, 1), [blocks * height, across * width * b.block]);
  });
  return b.reshape(b.concat(rows, 1), [images, channels, parts.length * height, across * width]);
}
