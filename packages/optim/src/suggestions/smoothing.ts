/**
 * Smooths losses as they come: an exponential moving average without the pull of its start at zero (Adam's correction
 * of its moments), as fastai's. Give it each loss in turn; it returns the smoothed one. `smoothing`, in [0, 1), is the
 * part of the average kept at each step (default 0.98: about the last 50 count); 0 returns the losses as they are.
 *
 * A loss that is not finite is returned as it is, for `stopRule` to see, and does not enter the average.
 *
 * ```ts
 * const smooth = smoother(0.5);
 * [3, 3, 6].map(smooth); // [3, 3, 4.714...]
 * ```
 */
export function smoother(smoothing = 0.98): (loss: number) => number {
  if (!(smoothing >= 0 && smoothing < 1)) {
    throw new RangeError(`smoother: smoothing = ${smoothing}: expected a number in [0, 1)`);
  }
  let average = 0;
  let power = 1;
  return (loss) => {
    if (!Number.isFinite(loss)) return loss;
    power *= smoothing;
    // The corrected average itself, from the corrected one before it: a constant loss stays exactly what it is.
    const kept = (smoothing - power) / (1 - power);
    average = loss + (average - loss) * kept;
    return average;
  };
}
