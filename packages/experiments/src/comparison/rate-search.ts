/** Learning rate that was tried, with its loss; null if the training diverged. */
export interface TriedRate {
  readonly lr: number;
  readonly loss: number | null;
}

/** Distance of the first rates: half a decade. */
const STEP = Math.sqrt(10);
/** Significant digits of searched hyperparameters, which a user can repeat. */
const DIGITS = 3;

/** Rounds a hyperparameter to the digits that a search uses. */
export const roundedValue = (value: number): number => Number(value.toPrecision(DIGITS));

/**
 * Returns the next learning rate to try: the first one, then half a decade to each side; then beyond the best one, as long as
 * it is at an end, or halfway to its farther neighbor.
 * @param first suggestion of the range test, or a default
 * @param tried rates so far, in any order
 */
export function nextRate(first: number, tried: readonly TriedRate[]): number {
  const start = [first, first * STEP, first / STEP].map(roundedValue);
  const untried = start.find((lr) => !tried.some((one) => one.lr === lr));
  if (untried !== undefined) return untried;
  const { lower, best, higher } = around(tried);
  if (best === null) {
    // All diverged: far below.
    return roundedValue(Math.min(...tried.map(({ lr }) => lr)) / STEP ** 2);
  }
  if (higher === null) return roundedValue(best.lr * STEP);
  if (lower === null) return roundedValue(best.lr / STEP);
  const [down, up] = [Math.log(best.lr / lower.lr), Math.log(higher.lr / best.lr)];
  const isUp = Math.abs(up - down) > 1e-2 ? up > down : (higher.loss ?? Infinity) <= (lower.loss ?? Infinity);
  return roundedValue(Math.sqrt(best.lr * (isUp ? higher : lower).lr));
}

/**
 * Returns the learning rate of the lowest loss: the minimum of the parabola through the best rate and its neighbors, on a
 * logarithmic axis, at most halfway to either. It is less noisy than the best rate alone. Null if all trainings diverged.
 */
export function bestRate(tried: readonly TriedRate[]): number | null {
  const { lower, best, higher } = around(tried);
  if (best === null) return null;
  if (!lower || !higher || lower.loss === null || higher.loss === null) return best.lr;
  const [left, right] = [Math.log(lower.lr / best.lr), Math.log(higher.lr / best.lr)];
  // The parabola is best.loss + slope x + curvature x^2, where x is the logarithm of the factor from the best rate.
  const [onLeft, onRight] = [(lower.loss - best.loss) / left, (higher.loss - best.loss) / right];
  const curvature = (onRight - onLeft) / (right - left);
  if (!(curvature > 0)) return best.lr;
  const minimum = -(onRight - curvature * right) / (2 * curvature);
  return roundedValue(best.lr * Math.exp(Math.min(right / 2, Math.max(left / 2, minimum))));
}

/** Range of rates that are about as good as the best. */
export interface GoodRates {
  readonly low: number;
  readonly high: number;
  /** Width in factors of ten: how forgiving the entrant is. */
  readonly decades: number;
  /** True for an end at which the tried rates end: the range may go on. */
  readonly isOpenLow: boolean;
  readonly isOpenHigh: boolean;
}

/** Loss relative to the best one up to which a rate is good. */
const GOOD = 1.1;

/**
 * Returns the rates around the best whose interpolated loss is at most a tenth higher, and the chosen rate; null if all
 * trainings diverged.
 */
export function goodRates(tried: readonly TriedRate[]): GoodRates | null {
  const { best } = around(tried);
  const chosen = bestRate(tried);
  if (best === null || chosen === null) return null;
  const limit = best.loss * GOOD;
  const sorted = [...tried].sort((a, b) => a.lr - b.lr);
  const index = sorted.findIndex(({ lr }) => lr === best.lr);
  const up = edge(sorted.slice(index), limit);
  const down = edge(sorted.slice(0, index + 1).reverse(), limit);
  const [low, high] = [Math.min(down.lr, chosen), Math.max(up.lr, chosen)];
  return { low, high, decades: Math.log10(high / low), isOpenLow: down.isOpen, isOpenHigh: up.isOpen };
}

/** End of the range of good rates on one side. */
interface Edge {
  readonly lr: number;
  /** True if the tried rates end there. */
  readonly isOpen: boolean;
}

/** Follows the curve from the best rate to where it crosses a loss. */
function edge(curve: readonly TriedRate[], limit: number): Edge {
  for (const [i, { lr, loss }] of curve.entries()) {
    const inner = curve[i - 1];
    if (!inner || (loss !== null && loss <= limit)) continue;
    if (loss === null) return { lr: inner.lr, isOpen: false };
    const share = (limit - (inner.loss as number)) / (loss - (inner.loss as number));
    return { lr: inner.lr * (lr / inner.lr) ** share, isOpen: false };
  }
  return { lr: (curve.at(-1) as TriedRate).lr, isOpen: true };
}

interface Around {
  readonly lower: TriedRate | null;
  readonly best: (TriedRate & { readonly loss: number }) | null;
  readonly higher: TriedRate | null;
}

/** Returns the rate with the lowest loss, the lower one of equals, and its neighbors. */
function around(tried: readonly TriedRate[]): Around {
  const sorted = [...tried].sort((a, b) => a.lr - b.lr);
  let index = -1;
  for (const [i, { loss }] of sorted.entries()) {
    if (loss !== null && (index < 0 || loss < (sorted[index]?.loss as number))) index = i;
  }
  if (index < 0) return { lower: null, best: null, higher: null };
  return {
    lower: sorted[index - 1] ?? null,
    best: sorted[index] as Around["best"],
    higher: sorted[index + 1] ?? null,
  };
}
