import { randomAt, randomKey } from "@downhill/optim/random";

/**
 * Returns normally distributed numbers with mean 0 and variance 1 (Box and Muller 1958).
 * @param name name of the vector, so that each has other numbers of one seed
 */
export function normalVector(size: number, seed: number, name: string): Float64Array {
  const key = randomKey(seed, 0, name);
  return Float64Array.from({ length: size }, (_, i) => {
    // 1 - u is above 0, so that its logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - randomAt(i, key, 0)));
    return radius * Math.cos(2 * Math.PI * randomAt(i, key, 1));
  });
}
