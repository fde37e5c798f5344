/** A point of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * A curve of as few points as a picture has room for, that looks like the whole one: of each stretch of x the first, the
 * last, the lowest and the highest. No spike is lost, none is moved, and a curve with few points stays as it is.
 *
 * Values that are not finite stay as gaps.
 * @param stretches about one for every two pixels
 */
export function downsample(points: readonly Point[], stretches: number): readonly Point[] {
  if (points.length <= 4 * stretches) return points;
  const [first, last] = [points[0] as Point, points.at(-1) as Point];
  const width = (last.x - first.x) / stretches || 1;
  const kept: Point[] = [];
  for (let i = 0; i < points.length; ) {
    const stretch = Math.min(stretches - 1, Math.floor(((points[i] as Point).x - first.x) / width));
    const begin = i;
    let [low, high, gap] = [-1, -1, -1];
    for (; i < points.length; i++) {
      const { x, y } = points[i] as Point;
      if (Math.min(stretches - 1, Math.floor((x - first.x) / width)) !== stretch) break;
      if (!Number.isFinite(y)) gap = i;
      else {
        if (low < 0 || y < (points[low] as Point).y) low = i;
        if (high < 0 || y > (points[high] as Point).y) high = i;
      }
    }
    const chosen = new Set([begin, low, high, gap, i - 1].filter((index) => index >= 0));
    for (const index of [...chosen].sort((a, b) => a - b)) kept.push(points[index] as Point);
  }
  return kept;
}
