import type { ConvolutionShape } from "./convolution-shape.ts";
import { BLOCK, fillsBlocks } from "./layout.ts";

/** How the positions along the width of images are put into blocks of 16. */
export interface Slots {
  /** Positions that a row of an image takes up: 4 or 8, or a multiple of 16. */
  readonly width: number;
  /** Images whose rows share a block: 4, 2 or 1. */
  readonly sharing: number;
  /** Images, or so many together as share blocks. */
  readonly units: number;
  /** Blocks of positions in a row. */
  readonly blocks: number;
}

/** The narrowest slots that hold the rows of both input and output; images that share them must come out even. */
export function slotsOf({ images, channels, stride, width, outWidth }: ConvolutionShape): Slots {
  const least = stride === 1 ? Math.max(width, outWidth) : outWidth;
  const sharing = [4, 2].find((n) => fillsBlocks(channels) && n * least <= BLOCK && images % n === 0) ?? 1;
  const blocks = sharing > 1 ? 1 : Math.ceil(least / BLOCK);
  return { width: (blocks * BLOCK) / sharing, sharing, units: images / sharing, blocks };
}
