/**
 * Returns the byte at an index that is known to be within the array. The pixel loops use it in place of a cast at each
 * access; the engine inlines it. It takes one type of array only, so that the access stays fast.
 */
export const byteAt = (bytes: Uint8Array, index: number): number => bytes[index] as number;
