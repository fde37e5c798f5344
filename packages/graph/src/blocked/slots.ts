import type { ConvolutionShape } from "./convolution-shape.ts";
import { BLOCK, fillsBlocks } from "./layout.ts";

/** Assignment of the positions along the width of images to blocks of 16. */
export interface Slots {
  /** Positions that a row of an image occupies: 4, 8 or a multiple of 16. */
  readonly width: number;
  /** Number of images whose rows share a block: 4, 2 or 1. */
  readonly sharing: number;
  /** Number of groups of images that share blocks. */
  readonly units: number;
  /** Number of blocks in a row. */
  readonly blocks: number;
}

/** Returns the narrowest slots for the rows of input and output. `sharing` must divide the number of images. */
export function slotsOf({ images, channels, stride, width, outWidth }: ConvolutionShape): Slots {
  const minWidth = stride === 1 ? Math.max(width, outWidth) : outWidth;
  const sharing = [4, 2].find((n) => fillsBlocks(channels) && n * minWidth <= BLOCK && images % n === 0) ?? 1;
  const blocks = sharing > 1 ? 1 : Math.ceil(minWidth / BLOCK);
  return { width: (blocks * BLOCK) / sharing, sharing, units: images / sharing, blocks };
}
