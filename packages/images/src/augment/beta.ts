import type { Draw } from "./draw.ts";

/**
 * Draws a share from the distribution Beta(alpha, alpha): close to 0 or 1 for a small alpha, uniform for 1, close to 0.5
 * for a large one. The share is a ratio of two gamma variates, kept as logarithms because those of a small alpha underflow.
 */
export function betaShare(alpha: number, draw: Draw): number {
  if (alpha === 1) return draw.uniform(FIRST_SITE);
  return 1 / (1 + Math.exp(logGamma(alpha, draw, FIRST_SITE + 1) - logGamma(alpha, draw, FIRST_SITE)));
}

/** The first site of these draws; the caller uses the sites below. */
const FIRST_SITE = 1000;

/** Draws the logarithm of a gamma variate, by Marsaglia and Tsang, https://doi.org/10.1145/358407.358414. */
function logGamma(alpha: number, draw: Draw, site: number): number {
  // Below 1, a variate of alpha + 1 is scaled down.
  const d = (alpha < 1 ? alpha + 1 : alpha) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  // Two gammas alternate between the sites, with four numbers per attempt.
  const uniform = (attempt: number, part: number): number => draw.uniform(site + 8 * attempt + 2 * part) + 2 ** -25;
  const boost = alpha < 1 ? Math.log(uniform(0, 3)) / alpha : 0;
  for (let attempt = 0; ; attempt++) {
    const normal = Math.sqrt(-2 * Math.log(uniform(attempt, 0))) * Math.cos(2 * Math.PI * uniform(attempt, 1));
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log(uniform(attempt, 2)) < 0.5 * normal ** 2 + d - d * v + d * Math.log(v)) {
      return Math.log(d * v) + boost;
    }
  }
}
