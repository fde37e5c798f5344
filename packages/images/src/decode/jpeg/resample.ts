/** A part of a line of samples: the samples that exist, and the range that is resampled, which may begin between two. */
export interface Line {
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

/** The weighted sums that resample a line. */
export interface Resampling {
  /** First sample and end of the samples that are read. */
  readonly first: number;
  readonly end: number;
  /** First sample of each value, relative to `first`. */
  readonly starts: Int32Array;
  /** [values, taps]; the number of taps is a multiple of four, and the weights that fill it up are 0. */
  readonly weights: Float64Array;
  readonly taps: number;
}

/** Taps that the inner loop sums at once. A plane has as many samples after its end. */
export const TAPS_AT_ONCE = 4;

/** Reach of the filter on both sides, in values. */
const REACH = 2;

/** Plans the resampling of a line to a number of values by Catmull and Rom's cubic, which is widened when it reduces. */
export function planResampling({ length, from, to }: Line, count: number): Resampling {
  const step = (to - from) / count;
  const scale = Math.max(1, step);
  const reach = REACH * scale;
  const inReach = Math.min(length, Math.ceil(2 * reach));
  const taps = TAPS_AT_ONCE * Math.ceil(inReach / TAPS_AT_ONCE);
  const starts = new Int32Array(count);
  const weights = new Float64Array(count * taps);
  for (let i = 0; i < count; i++) {
    const center = from + (i + 0.5) * step;
    const start = Math.min(Math.max(0, Math.ceil(center - reach - 0.5)), length - inReach);
    starts[i] = start;
    let sum = 0;
    for (let k = 0; k < inReach; k++) sum += weights[i * taps + k] = cubic((start + k + 0.5 - center) / scale);
    for (let k = 0; k < inReach; k++) weights[i * taps + k] = (weights[i * taps + k] as number) / sum;
  }
  const first = starts[0] as number;
  const end = (starts[count - 1] as number) + inReach;
  return { first, end, starts: starts.map((start) => start - first), weights, taps };
}

function cubic(x: number): number {
  const distance = Math.abs(x);
  if (distance >= REACH) return 0;
  return distance < 1
    ? (1.5 * distance - 2.5) * distance ** 2 + 1
    : ((-0.5 * distance + 2.5) * distance - 4) * distance + 2;
}

/**
 * Resamples lines of a plane, and transposes them: a second call resamples the other direction.
 * @param origin index in the plane of the first line's sample `first`
 * @param stride samples from line to line
 * @param into [values, lines], with room for `TAPS_AT_ONCE` more
 */
export function resampleLines(
  plane: Float64Array,
  origin: number,
  stride: number,
  lines: number,
  { starts, weights, taps }: Resampling,
  into: Float64Array,
): void {
  for (let i = 0; i < starts.length; i++) {
    for (let line = 0; line < lines; line++) {
      let sum = 0;
      let at = origin + line * stride + (starts[i] as number);
      for (let k = i * taps; k < (i + 1) * taps; k += TAPS_AT_ONCE, at += TAPS_AT_ONCE)
        sum +=
          (plane[at] as number) * (weights[k] as number) +
          (plane[at + 1] as number) * (weights[k + 1] as number) +
          (plane[at + 2] as number) * (weights[k + 2] as number) +
          (plane[at + 3] as number) * (weights[k + 3] as number);
      into[i * lines + line] = sum;
    }
  }
}
