/** Returns `base * factor^exponent`, limited to finite numbers, so that a growing schedule never becomes infinite. */
export function power(base: number, factor: number, exponent: number): number {
  return base === 0 ? 0 : finite(base * factor ** exponent);
}

/** Returns the nearest finite number. */
export const finite = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
