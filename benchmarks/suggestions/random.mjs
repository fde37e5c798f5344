/**
 * Returns a random number generator: Marsaglia's xorshift, which is identical on all platforms.
 *
 * @param {number} seed a whole number
 */
export function generator(seed) {
  // Adjacent seeds must not give adjacent numbers, and a state of zero would stay zero.
  let state = Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995 || 1;
  const uniform = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) * 2 ** -32;
  };
  for (let i = 0; i < 8; i++) uniform();
  return {
    /** Returns a number in [0, 1). */
    uniform,
    /** Returns a normal number with mean 0 and standard deviation 1 (Box-Muller). */
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    /** Returns a whole number from 0 to n - 1. @param {number} n */
    below: (n) => Math.floor(uniform() * n),
  };
}
