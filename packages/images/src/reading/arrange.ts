/**
 * Moves items of equal size to the start of an array, in another order and in place.
 * @param order the index of each item that is kept
 */
export function arrange(bytes: Uint8Array, order: readonly number[], size: number): void {
  const item = new Uint8Array(size);
  for (let to = 0; to < order.length; to++) {
    let from = order[to] as number;
    // An item that had to make room lies where the item came from that replaced it.
    while (from < to) from = order[from] as number;
    if (from === to) continue;
    item.set(bytes.subarray(to * size, (to + 1) * size));
    bytes.copyWithin(to * size, from * size, (from + 1) * size);
    bytes.set(item, from * size);
  }
}
