/**
 * Returns the value at a valid index. It accepts a single type of array, so that engines compile it to a plain load in hot
 * loops.
 */
export const at = (values: Float64Array, i: number): number => values[i] as number;

/** Adds an amount to the value at a valid index. */
export function addAt(values: Float64Array, i: number, amount: number): void {
  values[i] = at(values, i) + amount;
}
