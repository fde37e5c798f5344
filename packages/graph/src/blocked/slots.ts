import { type ConvolutionShape, isInBlocks } from "./convolution-shape.ts";

/** Assignment of the positions along the width of images to blocks. */
export interface Slots {
  /** Positions that a row of an image occupies: a quarter or half of a block, or whole blocks. */
  readonly width: number;
  /** Number of images whose rows share a block: 4, 2 or 1. */
  readonly sharing: number;
  /** Number of groups of images that share blocks. */
  readonly units: number;
  /** Number of blocks in a row. */
  readonly blocks: number;
}

/** Returns the narrowest slots for the rows of input and output. `sharing` must divide the number of images. */
export function slotsOf(shape: ConvolutionShape): Slots {
  const { images, stride, width, outWidth, block } = shape;
  const minWidth = stride === 1 ? Math.max(width, outWidth) : outWidth;
  const sharing = [4, 2].find((n) => isInBlocks(shape) && n * minWidth <= block && images % n === 0) ?? 1;
  const blocks = sharing > 1 ? 1 : Math.ceil(minWidth / block);
  return { width: (blocks * block) / sharing, sharing, units: images / sharing, blocks };
}
