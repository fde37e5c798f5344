/** A point of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A curve of any number of points; x rises. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Points as a curve. */
export const curveOf = (points: readonly Point[]): Curve => ({
  x: Float64Array.from(points, ({ x }) => x),
  y: Float64Array.from(points, ({ y }) => y),
});

/**
 * A curve of as few points as a picture has room for, that looks like the whole one: of each stretch of x the first, the
 * last, the lowest and the highest. No spike is lost, none is moved, and a curve with few points keeps all.
 *
 * Values that are not finite stay as gaps.
 * @param stretches about one for every two pixels
 */
export function downsample({ x, y }: Curve, stretches: number): readonly Point[] {
  const pointAt = (i: number): Point => ({ x: x[i] as number, y: y[i] as number });
  if (x.length <= 4 * stretches) return Array.from(x, (_, i) => pointAt(i));
  const first = x[0] as number;
  const width = ((x.at(-1) as number) - first) / stretches || 1;
  const kept: Point[] = [];
  for (let i = 0; i < x.length; ) {
    const stretch = Math.min(stretches - 1, Math.floor(((x[i] as number) - first) / width));
    const begin = i;
    let [low, high, gap] = [-1, -1, -1];
    for (; i < x.length; i++) {
      if (Math.min(stretches - 1, Math.floor(((x[i] as number) - first) / width)) !== stretch) break;
      const value = y[i] as number;
      if (!Number.isFinite(value)) gap = i;
      else {
        if (low < 0 || value < (y[low] as number)) low = i;
        if (high < 0 || value > (y[high] as number)) high = i;
      }
    }
    const chosen = new Set([begin, low, high, gap, i - 1].filter((index) => index >= 0));
    for (const index of [...chosen].sort((a, b) => a - b)) kept.push(pointAt(index));
  }
  return kept;
}
