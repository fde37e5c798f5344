/** `base * factor^exponent`, held at the largest finite numbers: a growing schedule stays a number for ever. */
export function power(base: number, factor: number, exponent: number): number {
  return base === 0 ? 0 : finite(base * factor ** exponent);
}

/** The nearest finite number. */
export const finite = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
