import { GraphError } from "../error.ts";

/** Measured properties of ONNX Runtime's kernels of one block size, from which variants and their defaults follow. */
interface Kernels {
  /** Numbers of neighboring results of a row that a kernel computes in one step, the largest first. */
  readonly stepSizes: readonly number[];
  /** Winograd variants of convolutions. */
  readonly winograd: ChannelLimits;
  /** Winograd variants of weight gradients, each for several numbers of groups. The last that fits is the default. */
  readonly winogradOfWeights: ChannelLimits & { readonly groups: readonly number[] };
  /** Number of filters up to which each image is a group of its own in the default variant of weight gradients. */
  readonly fewFilters: number;
}

/** Numbers of channels from which variants exist, and from which one is the default. */
interface ChannelLimits {
  readonly from: number;
  readonly defaultFrom: number;
}

/** Kernels by block size: 16 belongs to AVX-512, and 8 to FMA3, AVX and SSE. */
const KERNELS: ReadonlyMap<number, Kernels> = new Map([
  [
    16,
    {
      stepSizes: [6, 3],
      winograd: { from: 48, defaultFrom: 64 },
      winogradOfWeights: { from: 48, defaultFrom: 128, groups: [2, 4] },
      fewFilters: 32,
    },
  ],
  [
    8,
    {
      stepSizes: [3],
      winograd: { from: 32, defaultFrom: 64 },
      winogradOfWeights: { from: 48, defaultFrom: 64, groups: [4, 2, 1] },
      fewFilters: 64,
    },
  ],
]);

/** Block sizes that ONNX Runtime may have kernels of. */
export const BLOCK_SIZES: readonly number[] = [...KERNELS.keys()];

/**
 * Returns the properties of the kernels of a block size.
 * @throws GraphError for another number
 */
export function kernelsOf(block: number): Kernels {
  const kernels = KERNELS.get(block);
  if (!kernels) throw new GraphError(`lower: block = ${block}. Expected ${BLOCK_SIZES.join(" or ")}.`);
  return kernels;
}
