/** Factors of the powers of ten that are levels, from few to many. */
const FACTORS = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7], [1, 1.2, 1.5, 1.8, 2, 2.5, 3, 4, 5, 6, 7, 8]] as const;
const LEAST = 8;
/** Number of levels at equal differences. */
const LINEAR = 10;

/**
 * Returns round values between two losses at which contours are drawn: at equal ratios if the losses differ by much,
 * otherwise at equal differences.
 */
export function levelsOf(low: number, high: number): number[] {
  if (!(high > low)) return [];
  for (const factors of low > 0 ? FACTORS : []) {
    const levels: number[] = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
      for (const factor of factors) levels.push(Number((factor * 10 ** power).toPrecision(3)));
    }
    const inside = levels.filter((level) => level > low && level < high);
    if (inside.length >= LEAST) return inside;
  }
  const rough = (high - low) / LINEAR;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step) + 1;
  const count = Math.max(0, Math.ceil(high / step) - first);
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
