/** Why a sweep should stop. */
export interface Stop {
  /** The 0-based step with which it began: the one that diverged, or the first of two losses that are not finite. */
  readonly step: number;
  readonly cause: "diverged" | "non-finite";
  /** In words, such as "the loss rose to 9.2, more than 4 times its best of 2.1". */
  readonly reason: string;
}

export interface StopOptions {
  /** The loss has diverged when above this many times its best. Default 4, as in fastai; Infinity never stops. */
  readonly factor?: number;
  /** This many steps at the start neither stop the sweep nor count as its best. Default 6, as in Keras' LR finder. */
  readonly grace?: number;
}

/**
 * Watches the smoothed losses of a sweep as they come. Give it each in turn; it returns null to continue, or why to stop:
 * the loss is above `factor` times its best since the first `grace` steps, or two in a row are not finite (at any step).
 * A single loss that is not finite can come from one bad batch, and does not stop the sweep.
 *
 * A best of zero or less has no multiples that mean anything: there, the loss may rise by `factor - 1` times the larger
 * of the best's magnitude and what it has fallen since the grace.
 *
 * ```ts
 * const smooth = smoother(), judge = stopRule();
 * for (const batch of batches) {
 *   const stop = judge(smooth(trainOn(batch)));
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
    // An infinite factor times a best of zero is NaN, above which nothing is.
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
