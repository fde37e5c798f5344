import { mix, randomAt, randomKey, SITE_STRIDE } from "@downhill/optim/random";

export { randomAt, randomKey };

/** A whole number from 0 to below `limit`, equally likely each; of all 32 bits, for `limit` of any size up to 2^32. */
export const wholeAt = (index: number, key: number, limit: number, site = 0): number =>
  Math.floor((mix(mix(index + Math.imul(site, SITE_STRIDE)) ^ key) * limit) / 2 ** 32);

/** 0 to `length` - 1 in an order that the key determines: Fisher and Yates' shuffle. */
export function permutation(length: number, key: number): Int32Array {
  const order = Int32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = wholeAt(i, key, i + 1);
    const swapped = order[i] as number;
    order[i] = order[j] as number;
    order[j] = swapped;
  }
  return order;
}
