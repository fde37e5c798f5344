import { numberAt } from "../number-at.ts";
import type { LossCurve } from "./curve.ts";
import { median } from "./robust-smoothing.ts";
import { type Lowest, lowestOf, trendOf } from "./trend.ts";

/** Landmarks of the trend of a range test. */
export interface Landmarks {
  /** Trend at the first rate. */
  readonly from: number;
  readonly lowest: Lowest;
  /** Rate, before the lowest loss, from which on nine tenths of the fall are complete. */
  readonly done: number;
  /**
   * Rate, after the lowest loss, at which half of the fall is lost again or the test diverged; null if neither happens.
   */
  readonly edge: number | null;
  /** True if the edge is the point at which the test diverged. */
  readonly diverges: boolean;
  /** True if there is a fall that is later than the curve's opening and larger than noise. */
  readonly falls: boolean;
  /**
   * True if half of the fall is complete about as early as the opening: the sweep did not show where the fall starts.
   */
  readonly falling: boolean;
  /**
   * Rate from which on the trend stays above the start by more than noise; null if the third quarter of the losses is
   * not above it, or the trend falls again.
   */
  readonly rises: number | null;
}

/** Finds the landmarks of a curve of at least 5 losses: the recorded ones, because the moving average lags. */
export function landmarks({ lr, loss, stop }: LossCurve): Landmarks {
  const { trend, start, opening, margin, falls } = trendOf(lr, loss);
  const from = numberAt(trend, 0);
  const lowest = lowestOf(lr, trend);
  const bottom = lr.indexOf(lowest.lr);
  const least = lowest.loss;

  const nearlyLeast = least + 0.1 * (from - least);
  let done = bottom;
  while (done > 0 && numberAt(trend, done - 1) <= nearlyLeast) done--;
  const halfLost = (from + least) / 2;
  const edge = trend.findIndex((value, i) => i > bottom && value >= halfLost);
  const halfway = trend.findIndex((value) => value <= halfLost);
  const seen = numberAt(lr, 0) * 10 ** (opening + opening / 2);

  const third = loss.slice(loss.length >> 1, (3 * loss.length) >> 2);
  const isAbove =
    median(third.map((value) => (Number.isFinite(value) ? value : Number.POSITIVE_INFINITY))) > start + margin;
  let above = lr.length;
  while (above > 0 && numberAt(trend, above - 1) > Math.max(start, from) + margin) above--;
  return {
    from,
    lowest,
    done: crossing(lr, trend, done, nearlyLeast),
    edge: edge >= 0 ? crossing(lr, trend, edge, halfLost) : stop ? numberAt(lr, lr.length - 1) : null,
    diverges: edge < 0,
    falls,
    falling: numberAt(lr, halfway) < seen,
    rises: isAbove && above < lr.length ? numberAt(lr, above) : null,
  };
}

/** Returns the rate at which the smoothed loss crosses a level on its way to step i. */
function crossing(lr: readonly number[], smooth: readonly number[], i: number, level: number): number {
  if (i === 0) return numberAt(lr, 0);
  const [from, to] = [smooth[i - 1], smooth[i]] as [number, number];
  const part = (level - from) / (to - from);
  return numberAt(lr, i - 1) ** (1 - part) * numberAt(lr, i) ** part;
}
