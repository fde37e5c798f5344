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
  /** [values, taps] */
  readonly weights: Float64Array;
  readonly taps: number;
}

/** Reach of the filter on both sides, in values. */
const REACH = 2;

/** Plans the resampling of a line to a number of values by Catmull and Rom's cubic, which is widened when it reduces. */
export function planResampling({ length, from, to }: Line, count: number): Resampling {
  const step = (to - from) / count;
  const scale = Math.max(1, step);
  const reach = REACH * scale;
  const taps = Math.min(length, Math.ceil(2 * reach));
  const starts = new Int32Array(count);
  const weights = new Float64Array(count * taps);
  for (let i = 0; i < count; i++) {
    const center = from + (i + 0.5) * step;
    const start = Math.min(Math.max(0, Math.ceil(center - reach - 0.5)), length - taps);
    starts[i] = start;
    let sum = 0;
    for (let k = 0; k < taps; k++) sum += weights[i * taps + k] = cubic((start + k + 0.5 - center) / scale);
    for (let k = 0; k < taps; k++) weights[i * taps + k] = (weights[i * taps + k] as number) / sum;
  }
  const first = starts[0] as number;
  const end = (starts[count - 1] as number) + taps;
  return { first, end, starts: starts.map((start) => start - first), weights, taps };
}

function cubic(x: number): number {
  const distance = Math.abs(x);
  if (distance >= REACH) return 0;
  return distance < 1
    ? (1.5 * distance - 2.5) * distance ** 2 + 1
    : ((-0.5 * distance + 2.5) * distance - 4) * distance + 2;
}
