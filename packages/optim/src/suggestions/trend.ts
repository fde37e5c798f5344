import { numberAt } from "../number-at.ts";
import { median, noiseOf, smoothAround } from "./robust-smoothing.ts";

/** Lowest loss of a curve's trend, and its rate. */
export interface Lowest {
  readonly lr: number;
  readonly loss: number;
}

/** Losses of a curve without their noise. */
export interface Trend {
  /** Mean of the losses around each rate. */
  readonly trend: readonly number[];
  /** Median of the first losses. */
  readonly start: number;
  /** Width of the curve's opening, whose losses give the start: in decades of the rate, and in steps. */
  readonly opening: number;
  readonly openingSteps: number;
  /** Smallest difference from the start that is more than noise. */
  readonly margin: number;
  /** True if there is a fall that is later than the opening and larger than noise. */
  readonly falls: boolean;
}

/** Width of the part of a curve that shows where the loss starts, in decades, and the fewest losses that show it. */
const OPENING = 0.5;
const OPENING_STEPS = 5;
/**
 * Number of standard errors that count as more than noise: few of 1000 curves of pure normal noise seem to fall by as
 * many.
 */
const SIGNIFICANT = 5;

/**
 * Smooths losses by those around each rate, with a bandwidth of at least a quarter of a decade. The lowest loss and the
 * start are means of about as many losses. A rise after a fall counts as at most as far above the start as the loss
 * falls below it, so that it does not outweigh the fall.
 * @param loss loss at each rate; one that is not finite counts as a rise
 */
export function trendOf(lr: readonly number[], loss: readonly number[]): Trend {
  const decades = lr.map(Math.log10);
  const losses = loss.map((value) => (Number.isFinite(value) ? value : Number.POSITIVE_INFINITY));
  const [first = 0, last = 0] = [decades[0], decades.at(-1)];
  // Fewer steps per decade require more decades.
  const opening = Math.max(OPENING, (OPENING_STEPS * (last - first)) / Math.max(1, lr.length));
  const openingSteps = Math.max(OPENING_STEPS, decades.filter((decade) => decade < first + opening).length);
  const start = lr.length > 0 ? median(losses.slice(0, openingSteps)) : Number.NaN;
  const smooth = (ceiling: number): number[] => smoothAround(decades, losses, opening / 2, ceiling);
  const mirror = 2 * start - Math.min(...smooth(start));

  const trend = smooth(mirror);
  const least = Math.min(...trend);
  const bottom = trend.indexOf(least);
  const noise = noiseOf(losses.slice(0, Math.max(bottom + 1, losses.length >> 1)).filter(Number.isFinite));
  // Without noise, rounding errors must not count as a fall.
  const margin = Math.max(SIGNIFICANT * noise * Math.sqrt(2 / openingSteps), 1e-9 * Math.abs(start));
  const falls = bottom >= openingSteps && Math.max(start, numberAt(trend, 0)) - least > margin;
  const common = { start, opening, openingSteps, margin, falls };
  return { trend: falls ? trend : smooth(Math.max(mirror, highestOf(losses))), ...common };
}

/** Returns the highest loss that is not an outlier: the highest median of five in a row. */
function highestOf(losses: readonly number[]): number {
  const medians = losses.map((_, i) => median(losses.slice(Math.max(0, i - 2), i + 3)));
  return Math.max(...medians.filter(Number.isFinite));
}

/** Returns the lowest loss of a nonempty trend, the first of equal ones. */
export function lowestOf(lr: readonly number[], trend: readonly number[]): Lowest {
  const loss = Math.min(...trend);
  return { lr: numberAt(lr, trend.indexOf(loss)), loss };
}
