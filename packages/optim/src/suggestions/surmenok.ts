import { numberAt } from "../number-at.ts";
import type { LossCurve, Suggestion } from "./curve.ts";
import { formatRate } from "./format.ts";
import { indexOfLeast, kerasWindow } from "./window.ts";

export interface SurmenokOptions {
  /** Number of steps over which the change of the loss is averaged. Default 4, as in that finder's instructions. */
  readonly sma?: number;
}

/**
 * Suggests the best rate of the Keras LR finder (Pavel Surmenok's, https://github.com/surmenok/keras_lr_finder): the
 * rate at which the recorded loss, not smoothed, has fallen most since `sma` steps before, without the first ten steps
 * and the last five. The change counts per step, not per factor in the rate; on an exponential sweep the two are the
 * same.
 *
 * Unlike that finder, it returns null if no step is left, or none has a smaller loss than `sma` steps before. Its own
 * sweep stops when a loss is above 4 times the best; here the curve ends where `lossCurve` ends it.
 */
export function surmenok(curve: LossCurve, { sma = 4 }: SurmenokOptions = {}): Suggestion | null {
  if (!(Number.isInteger(sma) && sma >= 1)) {
    throw new RangeError(`surmenok: sma = ${sma}: expected a whole number of steps, 1 or more`);
  }
  const changes = curve.loss.map((loss, i) => (i < sma ? 0 : loss - numberAt(curve.loss, i - sma)));
  const { lr, loss: falls } = kerasWindow(curve, changes);
  const at = indexOfLeast(falls);
  if (at < 0 || numberAt(falls, at) >= 0) return null;
  const rate = numberAt(lr, at);
  const over = sma === 1 ? "from one step to the next" : `averaged over ${sma} steps`;
  return { lr: rate, why: `the loss falls fastest, ${over}, at ${formatRate(rate)}` };
}
