import { median, noiseOf, smoothAround } from "./robust-smoothing.ts";

/** The least loss of a curve's trend, and its rate. */
export interface Lowest {
  readonly lr: number;
  readonly loss: number;
}

/** The losses of a curve without their noise. */
export interface Trend {
  /** The mean of the losses around each rate. */
  readonly trend: readonly number[];
  /** The median of the first losses. */
  readonly start: number;
  /** Width of the curve's first part, whose losses make the start: in decades of the rate, and in steps. */
  readonly opening: number;
  readonly openingSteps: number;
  /** The smallest difference from the start that is more than noise. */
  readonly margin: number;
  /** Whether there is a fall: later than the opening, and larger than noise. */
  readonly falls: boolean;
}

/** The part of a curve that shows where the loss starts: in decades, and the fewest losses that show it. */
const OPENING = 0.5;
const OPENING_STEPS = 5;
/** How many standard errors are more than noise: of 1000 curves of normal noise alone, few seem to fall by as many. */
const SIGNIFICANT = 5;

/**
 * Smooths losses by those around each rate, with a bandwidth of a quarter of a decade or more. About as many losses count
 * for the least as for the start. A blow-up after a fall counts as far above the start as the loss falls below it, so that
 * it weighs no more than the fall.
 * @param loss at each rate; one that is not finite counts as a blow-up
 */
export function trendOf(lr: readonly number[], loss: readonly number[]): Trend {
  const decades = lr.map(Math.log10);
  const losses = loss.map((value) => (Number.isFinite(value) ? value : Number.POSITIVE_INFINITY));
  const [first = 0, last = 0] = [decades[0], decades.at(-1)];
  // Few steps to the decade need more decades.
  const opening = Math.max(OPENING, (OPENING_STEPS * (last - first)) / Math.max(1, lr.length));
  const openingSteps = Math.max(OPENING_STEPS, decades.filter((decade) => decade < first + opening).length);
  const start = lr.length > 0 ? median(losses.slice(0, openingSteps)) : Number.NaN;
  const smooth = (ceiling: number): number[] => smoothAround(decades, losses, opening / 2, ceiling);
  const mirror = 2 * start - Math.min(...smooth(start));

  const trend = smooth(mirror);
  const least = Math.min(...trend);
  const bottom = trend.indexOf(least);
  const noise = noiseOf(losses.slice(0, Math.max(bottom + 1, losses.length >> 1)).filter(Number.isFinite));
  // Of losses without noise, what rounding does is still no fall.
  const margin = Math.max(SIGNIFICANT * noise * Math.sqrt(2 / openingSteps), 1e-9 * Math.abs(start));
  const falls = bottom >= openingSteps && Math.max(start, trend[0] as number) - least > margin;
  const common = { start, opening, openingSteps, margin, falls };
  return { trend: falls ? trend : smooth(Math.max(mirror, highestOf(losses))), ...common };
}

/** The highest loss that is no outlier: of medians of five in a row. */
function highestOf(losses: readonly number[]): number {
  const medians = losses.map((_, i) => median(losses.slice(Math.max(0, i - 2), i + 3)));
  return Math.max(...medians.filter(Number.isFinite));
}

/** The least of a trend that is not empty, the first of equal ones. */
export function lowestOf(lr: readonly number[], trend: readonly number[]): Lowest {
  const loss = Math.min(...trend);
  return { lr: lr[trend.indexOf(loss)] as number, loss };
}
