import { at } from "../at.ts";

/** Point of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Curve with any number of points and ascending x. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Converts points to a curve. */
export const curveOf = (points: readonly Point[]): Curve => ({
  x: Float64Array.from(points, ({ x }) => x),
  y: Float64Array.from(points, ({ y }) => y),
});

/**
 * Reduces a curve to about as many points as a plot can show. Of each interval of x it keeps the first, last, lowest and
 * highest point, so that no spike is lost or moved. A curve with few points keeps all of them.
 *
 * Non-finite values remain as gaps.
 * @param stretches number of intervals: about one for every two pixels
 */
export function downsample({ x, y }: Curve, stretches: number): readonly Point[] {
  const pointAt = (i: number): Point => ({ x: at(x, i), y: at(y, i) });
  if (x.length <= 4 * stretches) return Array.from(x, (_, i) => pointAt(i));
  const first = at(x, 0);
  const width = (at(x, x.length - 1) - first) / stretches || 1;
  const kept: Point[] = [];
  for (let i = 0; i < x.length; ) {
    const stretch = Math.min(stretches - 1, Math.floor((at(x, i) - first) / width));
    const begin = i;
    let [low, high, gap] = [-1, -1, -1];
    for (; i < x.length; i++) {
      if (Math.min(stretches - 1, Math.floor((at(x, i) - first) / width)) !== stretch) break;
      const value = at(y, i);
      if (!Number.isFinite(value)) gap = i;
      else {
        if (low < 0 || value < at(y, low)) low = i;
        if (high < 0 || value > at(y, high)) high = i;
      }
    }
    const chosen = new Set([begin, low, high, gap, i - 1].filter((index) => index >= 0));
    for (const index of [...chosen].sort((a, b) => a - b)) kept.push(pointAt(index));
  }
  return kept;
}
