import { numberAt } from "../number-at.ts";
import type { LossCurve, Suggestion } from "./curve.ts";
import { formatRate } from "./format.ts";
import { type Landmarks, landmarks } from "./landmarks.ts";

export interface ConsensusOptions {
  /**
   * Position of the suggestion in the interval, on a logarithmic scale: 0 is the low end, 1 the high end. Default 0.5.
   */
  readonly position?: number;
}

/**
 * Suggests the middle of the rates on which the rules of thumb agree. It uses the recorded losses, smoothed without a
 * lag. The edge is the rate at which the loss has lost half of its fall again, or diverged. A good rate is
 *
 * - below half of the edge;
 * - above the rate at which nine tenths of the fall are complete, or above a tenth of the edge if that is lower: in a
 * short sweep the loss lags behind the rate, and its fall may end only just before training diverges.
 *
 * `interval` reaches from the lowest of these rates to the highest, and the suggestion is their geometric mean. The
 * interval shows which rates may be equally good; it is not a confidence interval of the suggestion, which noise moves
 * by far less.
 *
 * The middle suits SGD with momentum, Adam and AdamW. Where a short test misleads, `position` moves the suggestion: 1
 * for Adagrad and RMSprop, whose first steps are larger than later ones at the same rate, so that the test diverges
 * early; 0 for Lion, which tolerates for a few steps a rate at which training diverges.
 *
 * Outliers and noise hardly matter, and losses that are not finite count as diverged. A loss in other units (any scale,
 * any zero) has the same suggestion. With more steps in the sweep the loss lags less, and the suggestion is better.
 *
 * @returns null if the curve does not show such rates: `refusal` returns the reason
 */
export function consensus(curve: LossCurve, { position = 0.5 }: ConsensusOptions = {}): Suggestion | null {
  if (!(position >= 0 && position <= 1)) {
    throw new RangeError(`consensus: position = ${position}: expected a number from 0 to 1`);
  }
  const range = goodRates(curve);
  if (typeof range === "string") return null;
  const { marks, interval } = range;
  const [low, high] = interval;
  const { from, lowest, edge, diverges } = marks;
  const fall = `falls from ${formatLoss(from)} to ${formatLoss(lowest.loss)} at ${formatRate(lowest.lr)}`;
  const end =
    edge === null
      ? "does not lose half of that again"
      : `${diverges ? "diverges" : "has lost half of that again"} at ${formatRate(edge)}`;
  const where = POSITIONS[position] ?? `${position} of the way up`;
  return {
    lr: low ** (1 - position) * high ** position,
    why: `the loss ${fall} and ${end}: the recommended range is ${formatRate(low)} to ${formatRate(high)}, and this is ${where}`,
    interval,
  };
}

const POSITIONS: Readonly<Record<number, string>> = {
  0: "its low end",
  0.5: "its middle",
  1: "its high end",
};

/** Returns the reason why a curve has no `consensus`, and a remedy; null if it has one. */
export function refusal(curve: LossCurve): string | null {
  const range = goodRates(curve);
  return typeof range === "string" ? range : null;
}

/** Minimum number of losses of a curve. */
const LEAST_STEPS = 10;

/** Returns the landmarks of a curve and its range of good rates, or the reason why there is none. */
function goodRates(curve: LossCurve): { marks: Landmarks; interval: readonly [low: number, high: number] } | string {
  const { lr, stop, steps = lr.length, skipped = 0 } = curve;
  const [first, last] = [numberAt(lr, 0), numberAt(lr, lr.length - 1)];
  const tooHigh = (what: string): string =>
    `the sweep began too high: ${what}; begin it at ${formatRate(first / 100)} or lower`;
  if (lr.length === 0) {
    return "the first losses are not finite; check the model and the data, or begin the sweep at a lower rate";
  }
  if (lr.length < LEAST_STEPS) {
    const count = lr.length === 1 ? "1 loss" : `${lr.length} losses`;
    if (stop) return tooHigh(`the loss diverged after ${count}`);
    const left = skipped > 0 ? `, as ${skipped} more were not finite` : "";
    return `${count} ${lr.length === 1 ? "is" : "are"} too few to evaluate${left}; sweep in 100 steps or more`;
  }

  const marks = landmarks(curve);
  const { from, lowest, done, edge } = marks;
  if (!marks.falls) {
    if (marks.rises !== null) return tooHigh(`the loss does not fall, and rises from ${formatRate(marks.rises)} on`);
    if (stop && lr.length < steps / 2) return tooHigh(`the loss diverged after ${lr.length} of ${steps} steps`);
    return (
      `the loss never falls by more than its noise: it starts at ${formatLoss(from)} and is ` +
      `${formatLoss(lowest.loss)} at best; check that the model can learn, or sweep in more steps or larger batches`
    );
  }
  if (marks.falling) return tooHigh(`the loss falls from ${formatRate(first)} on`);
  if (edge === null) {
    // A decade behind the fall is enough to choose from, whatever comes after it.
    if (last >= 10 * done) return { marks, interval: [done, last] };
    return (
      `the sweep ended too low: the loss does not rise again up to its last rate, ${formatRate(last)}; ` +
      `end it at ${formatRate(last * 100)} or higher`
    );
  }
  const low = Math.min(done, edge / 10);
  if (low < first) return tooHigh(`the loss diverges at ${formatRate(edge)}, less than ten times the first rate`);
  return { marks, interval: [low, edge / 2] };
}

const formatLoss = (loss: number): string => String(Number(loss.toPrecision(3)));
