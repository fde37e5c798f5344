import type { LossCurve } from "./curve.ts";
import { median, noiseOf, smoothAround } from "./robust-smoothing.ts";

/** What can be read off a range test in spite of its noise. */
export interface Landmarks {
  /** The loss before it falls. */
  readonly start: number;
  /** The least that the smoothed loss comes to, and at which rate. */
  readonly least: number;
  readonly bottom: number;
  /** The rate, before the bottom, from which on nine tenths of the fall are done. */
  readonly done: number;
  /** The rate, after the bottom, where half of the fall is lost again or the test diverged; null if neither happens. */
  readonly edge: number | null;
  /** Whether there is a fall: later than the curve's opening, and larger than noise. */
  readonly falls: boolean;
  /** Whether half of the way down from the first loss is done about as early as the opening: its start was not seen. */
  readonly falling: boolean;
  /** Whether the third quarter of the losses is above the start, by more than noise. */
  readonly rising: boolean;
}

/** The part of a curve that tells where the loss starts: in decades, and the fewest losses that tell it. */
const OPENING = 0.5;
const OPENING_STEPS = 5;
/** How many standard errors are more than noise: of 1000 curves of normal noise alone, few seem to fall by as many. */
const SIGNIFICANT = 5;

/** Reads a curve of at least `OPENING_STEPS` losses: those recorded, not those smoothed, which lag. */
export function landmarks({ lr, loss, stop }: LossCurve): Landmarks {
  const decades = lr.map(Math.log10);
  const losses = loss.map((value) => (Number.isFinite(value) ? value : Number.POSITIVE_INFINITY));
  const [first, last] = [decades[0], decades.at(-1)] as [number, number];
  // Few steps to the decade need more decades.
  const opening = Math.max(OPENING, (OPENING_STEPS * (last - first)) / lr.length);
  const steps = Math.max(OPENING_STEPS, decades.filter((decade) => decade < first + opening).length);
  const start = median(losses.slice(0, steps));

  // About as many losses count for the least as for the start. A blow-up counts as far above the start as the loss
  // falls below it, so that it weighs no more than the fall.
  const bandwidth = opening / 2;
  const floor = Math.min(...smoothAround(decades, losses, bandwidth, start));
  const smooth = smoothAround(decades, losses, bandwidth, 2 * start - floor);
  const least = Math.min(...smooth);
  const bottom = smooth.indexOf(least);

  const nearlyLeast = least + 0.1 * (start - least);
  let done = bottom;
  while (done > 0 && (smooth[done - 1] as number) <= nearlyLeast) done--;
  const halfLost = (start + least) / 2;
  const edge = smooth.findIndex((value, i) => i > bottom && value >= halfLost);
  const top = smooth[0] as number;
  const halfway = smooth.findIndex((value) => value <= (top + least) / 2);

  const noise = noiseOf(losses.slice(0, Math.max(bottom + 1, losses.length >> 1)).filter(Number.isFinite));
  // Of losses without noise, what rounding does is still no fall.
  const margin = Math.max(SIGNIFICANT * noise * Math.sqrt(2 / steps), 1e-9 * Math.abs(start));
  return {
    start,
    least,
    bottom: lr[bottom] as number,
    done: crossing(lr, smooth, done, nearlyLeast),
    edge: edge >= 0 ? crossing(lr, smooth, edge, halfLost) : stop ? (lr.at(-1) as number) : null,
    falls: bottom >= steps && Math.max(start, top) - least > margin,
    falling: (decades[halfway] as number) < first + opening + bandwidth,
    rising: median(losses.slice(losses.length >> 1, (3 * losses.length) >> 2)) > start + margin,
  };
}

/** The rate at which the smoothed loss passes a level on its way to step i. */
function crossing(lr: readonly number[], smooth: readonly number[], i: number, level: number): number {
  if (i === 0) return lr[0] as number;
  const [from, to] = [smooth[i - 1], smooth[i]] as [number, number];
  const part = (level - from) / (to - from);
  return (lr[i - 1] as number) ** (1 - part) * (lr[i] as number) ** part;
}
