/**
 * Returns a function that smooths losses one by one: an exponential moving average, corrected for its start at zero as
 * Adam corrects its moments, as in fastai. Call it with each loss in turn; it returns the smoothed loss. `smoothing`,
 * in [0, 1), is the share of the average that is kept at each step (default 0.98: about the last 50 losses count); 0
 * returns the losses unchanged.
 *
 * It returns a loss that is not finite unchanged, so that `stopRule` sees it, and keeps it out of the average.
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
    // The corrected average is computed from the previous corrected one, so that a constant loss stays exactly the
    // same.
    const kept = (smoothing - power) / (1 - power);
    average = loss + (average - loss) * kept;
    return average;
  };
}
