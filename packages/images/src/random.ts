import { mix, randomAt, randomKey, SITE_STRIDE } from "@downhill/optim/random";

export { randomAt, randomKey };

/** Returns a uniform whole number from 0 to below `limit`, which may be up to 2^32: all 32 bits are used. */
export const wholeAt = (index: number, key: number, limit: number, site = 0): number =>
  Math.floor((mix(mix(index + Math.imul(site, SITE_STRIDE)) ^ key) * limit) / 2 ** 32);

/** Shuffles a list in place, in an order that the key determines (Fisher and Yates). Returns the list. */
export function shuffle<List extends number[] | Int32Array>(list: List, key: number): List {
  for (let i = list.length - 1; i > 0; i--) {
    const j = wholeAt(i, key, i + 1);
    [list[i], list[j]] = [list[j] as number, list[i] as number];
  }
  return list;
}

/** Returns the numbers from 0 to `length` - 1 in an order that the key determines. */
export const permutation = (length: number, key: number): Int32Array =>
  shuffle(
    Int32Array.from({ length }, (_, i) => i),
    key,
  );
