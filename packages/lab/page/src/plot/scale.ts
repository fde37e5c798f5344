import { number } from "../text/format.ts";

/** Map from values to pixels. */
export interface Scale {
  (value: number): number;
  invert(pixel: number): number;
  readonly domain: readonly [number, number];
  readonly isLog: boolean;
}

/** Returns a scale. A logarithmic one maps values of at most 0 to NaN. */
export function scaleOf(
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
  isLog: boolean,
): Scale {
  const forward = isLog ? Math.log : (value: number) => value;
  const backward = isLog ? Math.exp : (value: number) => value;
  const [low, high] = [forward(from), forward(to)];
  const factor = (end - start) / (high - low || 1);
  const scale = (value: number): number => start + (forward(value) - low) * factor;
  return Object.assign(scale, {
    invert: (pixel: number) => backward(low + (pixel - start) / factor),
    domain: [from, to] as const,
    isLog,
  });
}

/** Returns values for ticks: multiples of 1, 2 or 5 times a power of ten, or powers of ten on a logarithmic scale. */
export function ticksOf({ domain: [from, to], isLog }: Scale, most: number): number[] {
  if (isLog && to / from >= 10) return logTicks(from, to, most);
  const step = niceStep((to - from) / Math.max(1, most));
  const ticks: number[] = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + 1e-9 * step; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/** Returns the smallest of 1, 2, 5, 10, ... (and their tenths, ...) that is at least `least`. */
export function niceStep(least: number): number {
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function logTicks(from: number, to: number, most: number): number[] {
  const [low, high] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)];
  const decades = high - low + 1;
  const every = Math.max(1, Math.ceil(decades / most));
  const factors = decades <= 2 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = low - 1; power <= high; power++) {
    if ((power - low) % every !== 0) continue;
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9)) ticks.push(value);
    }
  }
  return ticks;
}

/** Returns the label of a tick: 0.25, 12k, 3M, 1e-5. */
export function tickLabel(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return number(value, 3);
  if (size >= 1e6) return `${number(value / 1e6)}M`;
  if (size >= 1e4) return `${number(value / 1e3)}k`;
  return number(value, 6);
}

/** Returns an interval a little larger than the values, for a vertical axis. */
export function padded(low: number, high: number, isLog: boolean): [number, number] {
  if (!(low <= high)) return isLog ? [0.1, 1] : [0, 1];
  if (isLog) return low === high ? [low / 2, high * 2] : [low / (high / low) ** 0.05, high * (high / low) ** 0.05];
  if (low === high) return low === 0 ? [-1, 1] : [low - 0.1 * Math.abs(low), high + 0.1 * Math.abs(high)];
  const margin = 0.05 * (high - low);
  return [low >= 0 && low - margin < 0 ? 0 : low - margin, high + margin];
}
