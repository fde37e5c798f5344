/**
 * Counter-based random numbers: each is a hash of where it is used (seed, step, tensor, place in the rule, element),
 * so that every backend finds the same ones in any order, and a resumed run those of the run it resumes.
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
/** Multiplies the number of a `random()` in the rule, so that neighbours do not share counters. */
export const SITE_STRIDE = 0x9e3779b9 | 0;

/** The key of one tensor in one step. */
export function randomKey(seed: number, step: number, tensor: string): number {
  let key = mix(seed);
  for (const character of tensor) key = mix(key ^ (character.codePointAt(0) as number));
  return mix(key ^ step);
}

/** Uniform in [0, 1), a multiple of 2^-24: exact in float32. */
export function randomAt(index: number, key: number, site: number): number {
  return (mix(mix(index + Math.imul(site, SITE_STRIDE)) ^ key) >>> 8) * 2 ** -24;
}
