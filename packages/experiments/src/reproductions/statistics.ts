import { average } from "@downhill/train/statistics";

/** Returns the root mean square difference of two lists of one length. */
export const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.sqrt(average(a.map((value, i) => (value - (b[i] as number)) ** 2)));

/** Line through points by least squares. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** Share of the variance of y that the line explains, 0 to 1. */
  readonly explained: number;
}

/** Fits a line by least squares. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line {
  const [x, y] = [average(points.map(([a]) => a)), average(points.map(([, b]) => b))];
  const sum = (of: (dx: number, dy: number) => number): number =>
    points.reduce((total, [a, b]) => total + of(a - x, b - y), 0);
  const [xx, xy, yy] = [sum((dx) => dx * dx), sum((dx, dy) => dx * dy), sum((_, dy) => dy * dy)];
  const slope = xx > 0 ? xy / xx : 0;
  return { slope, intercept: y - slope * x, explained: yy > 0 ? (slope * xy) / yy : 0 };
}

/** Returns the mean ranks of values, from 1 for the lowest; equal values share the mean of their ranks. */
export function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const lower = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return lower + (equal + 1) / 2;
  });
}

/** Returns Spearman's rank correlation. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [first, second] = [ranksOf(a), ranksOf(b)];
  const { slope, explained } = fitLine(first.map((rank, i) => [rank, second[i] as number]));
  return Math.sign(slope) * Math.sqrt(explained);
}
