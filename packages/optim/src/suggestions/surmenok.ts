import type { LossCurve, Suggestion } from "./curve.ts";
import { formatRate } from "./format.ts";
import { indexOfLeast, kerasWindow } from "./window.ts";

export interface SurmenokOptions {
  /** Over how many steps the change of the loss is averaged. Default 4, as in that finder's instructions. */
  readonly sma?: number;
}

/**
 * The best rate of the Keras LR finder (Pavel Surmenok's, https://github.com/surmenok/keras_lr_finder): where the loss
 * as recorded, not smoothed, has fallen most since `sma` steps before, leaving out the first ten steps and the last
 * five. The change counts per step, not per factor in the rate: on an exponential sweep, the two are the same.
 *
 * Differs where that finder has no answer: null where no step is left, or none has a smaller loss than `sma` before.
 * Its own sweep stops when a loss as found is above 4 times the best; here the curve ends where `lossCurve` ends it.
 */
export function surmenok(curve: LossCurve, { sma = 4 }: SurmenokOptions = {}): Suggestion | null {
  if (!(Number.isInteger(sma) && sma >= 1)) {
    throw new RangeError(`surmenok: sma = ${sma}: expected a whole number of steps, 1 or more`);
  }
  const changes = curve.loss.map((loss, i) => (i < sma ? 0 : loss - (curve.loss[i - sma] as number)));
  const { lr, loss: judged } = kerasWindow(curve, changes);
  const at = indexOfLeast(judged);
  if (at < 0 || (judged[at] as number) >= 0) return null;
  const rate = lr[at] as number;
  const over = sma === 1 ? "from one step to the next" : `averaged over ${sma} steps`;
  return { lr: rate, why: `the loss falls fastest, ${over}, at ${formatRate(rate)}` };
}
