import { logGamma } from "./gamma.ts";

/**
 * Returns the two-sided p-value of Student's t distribution: the probability of a value at least as far from 0 as `t`.
 * @param freedom degrees of freedom, above 0; not necessarily whole; Infinity for the normal distribution
 */
export function pValue(t: number, freedom: number): number {
  if (Number.isNaN(t)) return 1;
  // From here on the distributions agree to 1e-7.
  const degrees = Math.min(freedom, 1e7);
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/**
 * Returns the number that Student's t exceeds in absolute value with a probability.
 * @param probability 0 to 1, both excluded: 0.05 for a 95 % interval
 */
export function criticalValue(probability: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (pValue(high, freedom) > probability) high *= 2;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (pValue(middle, freedom) > probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Returns the regularized incomplete beta function (https://dlmf.nist.gov/8.17). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The continued fraction converges fast below the mean of the distribution.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logOfFactor = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  return (Math.exp(logOfFactor) * continuedFraction(x, a, b)) / a;
}

/** Evaluates the continued fraction of the incomplete beta function by Lentz' method (https://dlmf.nist.gov/8.17.E22). */
function continuedFraction(x: number, a: number, b: number): number {
  const tiny = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / tiny(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const numerator of [even, odd]) {
      d = 1 / tiny(1 + numerator * d);
      c = tiny(1 + numerator / c);
      change = c * d;
      result *= change;
    }
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return result;
}
