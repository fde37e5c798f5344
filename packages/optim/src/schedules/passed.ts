/** How many of the rising numbers are at most `step`. */
export function passed(rising: readonly number[], step: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] as number) <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}
