/**
 * Counter-based random numbers: each is a hash of its seed, step, tensor, call in the rule and element. Every backend
 * computes the same ones in any order, and a resumed run continues with those of the original run.
 */

/** Mixes all 32 bits: C. Wellons' lowbias32. */
export function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), MIX_FIRST);
  h = Math.imul(h ^ (h >>> 15), MIX_SECOND);
  return (h ^ (h >>> 16)) >>> 0;
}
export const MIX_FIRST = 0x7feb352d;
export const MIX_SECOND = 0x846ca68b | 0;
/** Factor of the number of a `random()` call in the rule, so that neighboring calls do not share counters. */
export const SITE_STRIDE = 0x9e3779b9 | 0;

/** Returns the key of one tensor in one step. */
export function randomKey(seed: number, step: number, tensor: string): number {
  let key = mix(seed);
  for (const character of tensor) key = mix(key ^ (character.codePointAt(0) as number));
  return mix(key ^ step);
}

/** Returns a uniform number in [0, 1), a multiple of 2^-24, which float32 represents exactly. */
export function randomAt(index: number, key: number, site: number): number {
  return (mix(mix(index + Math.imul(site, SITE_STRIDE)) ^ key) >>> 8) * 2 ** -24;
}
