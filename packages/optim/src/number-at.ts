/** Returns an element of a list of numbers; NaN outside the list. Inner loops over typed arrays index them directly. */
export const numberAt = (list: ArrayLike<number>, index: number): number => list[index] ?? Number.NaN;
