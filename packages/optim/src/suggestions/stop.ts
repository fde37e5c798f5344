/** Reason for stopping a sweep. */
export interface Stop {
  /** 0-based step of its cause: the one that diverged, or the first of two losses that are not finite. */
  readonly step: number;
  readonly cause: "diverged" | "non-finite";
  /** Reason in words, such as "the loss rose to 9.2, more than 4 times its best of 2.1". */
  readonly reason: string;
}

export interface StopOptions {
  /** Multiple of its best above which the loss has diverged. Default 4, as in fastai; Infinity never stops. */
  readonly factor?: number;
  /** Number of first steps that neither stop the sweep nor count as its best. Default 6, as in the Keras LR finder. */
  readonly grace?: number;
}

/**
 * Returns a function that watches the smoothed losses of a sweep. Call it with each in turn; it returns null to
 * continue, or the reason to stop: the loss is above `factor` times its best since the first `grace` steps, or two in a
 * row are not finite (at any step). A single loss that is not finite can come from one bad batch and does not stop the
 * sweep.
 *
 * A multiple of a best of zero or less has no meaning: there, the loss may rise by `factor - 1` times the larger of the
 * best's magnitude and its fall since the grace steps.
 *
 * ```ts
 * const smooth = smoother(), check = stopRule();
 * for (const batch of batches) {
 *   const stop = check(smooth(trainOn(batch)));
 *   if (stop) break;
 * }
 * ```
 */
export function stopRule({ factor = 4, grace = 6 }: StopOptions = {}): (smoothed: number) => Stop | null {
  if (!(factor > 1)) throw new RangeError(`stopRule: factor = ${factor}: expected a number above 1`);
  if (!(Number.isInteger(grace) && grace >= 0)) {
    throw new RangeError(`stopRule: grace = ${grace}: expected a whole number of steps, 0 or more`);
  }
  let step = -1;
  let first = Number.NaN;
  let best = Number.POSITIVE_INFINITY;
  let wasFinite = true;
  return (smoothed) => {
    step++;
    const finite = Number.isFinite(smoothed);
    const isSecond = !finite && !wasFinite;
    wasFinite = finite;
    if (isSecond) return nonFinite(step - 1, smoothed);
    if (!finite || step < grace) return null;
    if (Number.isNaN(first)) first = smoothed;
    best = Math.min(best, smoothed);
    const rise = (factor - 1) * (best > 0 ? best : Math.max(-best, first - best));
    // An infinite factor times a best of zero is NaN, and no number is above NaN.
    if (smoothed - best > rise) return { step, cause: "diverged", reason: divergence(smoothed, best, factor) };
    return null;
  };
}

export const nonFinite = (step: number, loss: number): Stop => ({
  step,
  cause: "non-finite",
  reason: `the loss is ${loss}`,
});

function divergence(smoothed: number, best: number, factor: number): string {
  const [now, then] = [smoothed, best].map((loss) => Number(loss.toPrecision(3)));
  return `the loss rose to ${now}, ${best > 0 ? `more than ${factor} times` : "far above"} its best of ${then}`;
}
