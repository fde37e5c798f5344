import type { LossCurve } from "./curve.ts";
import { median } from "./robust-smoothing.ts";
import { type Lowest, lowestOf, trendOf } from "./trend.ts";

/** What can be read off the trend of a range test. */
export interface Landmarks {
  /** The trend at the first rate. */
  readonly from: number;
  readonly lowest: Lowest;
  /** The rate, before the lowest loss, from which on nine tenths of the fall are done. */
  readonly done: number;
  /** The rate, after the lowest loss, where half of the fall is lost again or the test diverged; null if neither happens. */
  readonly edge: number | null;
  /** Whether the edge is where the test diverged. */
  readonly diverges: boolean;
  /** Whether there is a fall: later than the curve's opening, and larger than noise. */
  readonly falls: boolean;
  /** Whether half of the way down from the first loss is done about as early as the opening: its start was not seen. */
  readonly falling: boolean;
  /**
   * The rate from which on the trend stays above the start by more than noise; null where the third quarter of the losses
   * is not above it, or the trend comes down again.
   */
  readonly rises: number | null;
}

/** Reads a curve of at least 5 losses: those recorded, not the moving average, which lags. */
export function landmarks({ lr, loss, stop }: LossCurve): Landmarks {
  const { trend, start, opening, margin, falls } = trendOf(lr, loss);
  const from = trend[0] as number;
  const lowest = lowestOf(lr, trend);
  const bottom = lr.indexOf(lowest.lr);
  const least = lowest.loss;

  const nearlyLeast = least + 0.1 * (from - least);
  let done = bottom;
  while (done > 0 && (trend[done - 1] as number) <= nearlyLeast) done--;
  const halfLost = (from + least) / 2;
  const edge = trend.findIndex((value, i) => i > bottom && value >= halfLost);
  const halfway = trend.findIndex((value) => value <= halfLost);
  const seen = (lr[0] as number) * 10 ** (opening + opening / 2);

  const third = loss.slice(loss.length >> 1, (3 * loss.length) >> 2);
  const isAbove =
    median(third.map((value) => (Number.isFinite(value) ? value : Number.POSITIVE_INFINITY))) > start + margin;
  let above = lr.length;
  while (above > 0 && (trend[above - 1] as number) > Math.max(start, from) + margin) above--;
  return {
    from,
    lowest,
    done: crossing(lr, trend, done, nearlyLeast),
    edge: edge >= 0 ? crossing(lr, trend, edge, halfLost) : stop ? (lr.at(-1) as number) : null,
    diverges: edge < 0,
    falls,
    falling: (lr[halfway] as number) < seen,
    rises: isAbove && above < lr.length ? (lr[above] as number) : null,
  };
}

/** The rate at which the smoothed loss passes a level on its way to step i. */
function crossing(lr: readonly number[], smooth: readonly number[], i: number, level: number): number {
  if (i === 0) return lr[0] as number;
  const [from, to] = [smooth[i - 1], smooth[i]] as [number, number];
  const part = (level - from) / (to - from);
  return (lr[i - 1] as number) ** (1 - part) * (lr[i] as number) ** part;
}
