/**
 * Random numbers from a seed: Marsaglia's xorshift, as good as these benchmarks need, and the same everywhere.
 *
 * @param {number} seed a whole number
 */
export function generator(seed) {
  // Neighbouring seeds must not give neighbouring numbers; zero would stay zero.
  let state = Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995 || 1;
  const uniform = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) * 2 ** -32;
  };
  for (let i = 0; i < 8; i++) uniform();
  return {
    /** In [0, 1). */
    uniform,
    /** Mean 0, standard deviation 1: Box and Muller's. */
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    /** A whole number from 0 to n - 1. @param {number} n */
    below: (n) => Math.floor(uniform() * n),
  };
}
