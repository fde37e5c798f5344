/** Coefficients of Lanczos' approximation with g = 7 (https://doi.org/10.1137/0701008). */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Returns the logarithm of the gamma function of a positive number. */
export function logGamma(x: number): number {
  const [first, ...rest] = LANCZOS as [number, ...number[]];
  const sum = rest.reduce((total, coefficient, i) => total + coefficient / (x + i), first);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Arguments from which the asymptotic series below are exact to 1e-12. */
const LARGE = 12;

/** Returns the derivative of the logarithm of the gamma function of a positive number. */
export function digamma(x: number): number {
  if (x < LARGE) return digamma(x + 1) - 1 / x;
  const f = 1 / x ** 2;
  return Math.log(x) - 0.5 / x - f * (1 / 12 - f * (1 / 120 - f * (1 / 252 - f / 240)));
}

/** Returns the derivative of the digamma function of a positive number. */
export function trigamma(x: number): number {
  if (x < LARGE) return trigamma(x + 1) + 1 / x ** 2;
  const f = 1 / x ** 2;
  return 1 / x + f / 2 + (f / x) * (1 / 6 - f * (1 / 30 - f * (1 / 42 - f / 30)));
}

/** Returns the positive number whose trigamma is a positive number, by bisection of its logarithm. */
export function inverseTrigamma(value: number): number {
  // Trigamma lies between 1/x and 1/x + 1/x^2.
  let [low, high] = [Math.log(1 / value), Math.log(1 / value + 1 / Math.sqrt(value))];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (trigamma(Math.exp(middle)) > value) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
