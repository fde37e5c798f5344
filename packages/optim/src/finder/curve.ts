import { smoother } from "./smoothing.ts";
import { type Stop, type StopOptions, stopRule } from "./stop.ts";

/** What a range test recorded: the rate in force at each step and the loss found there, in the order of the sweep. */
export interface RangeTest {
  /** Positive and rising. */
  readonly lr: ArrayLike<number>;
  /** As found, not smoothed. NaN and infinities are allowed: the curve ends before the first. */
  readonly loss: ArrayLike<number>;
  /** How many steps the sweep was to have: more than are recorded where it stopped early. Default: those recorded. */
  readonly steps?: number;
}

/** A range test made ready for suggestions: cut where it diverged, with its smoothed losses, all of them finite. */
export interface LossCurve {
  readonly lr: readonly number[];
  /** As recorded; of a combined curve, the median of the seeds. */
  readonly loss: readonly number[];
  readonly smoothed: readonly number[];
  /** The lower quartile of the smoothed losses, where the curve combines those of several seeds. */
  readonly low?: readonly number[];
  /** The upper quartile. Infinite where a quarter of the seeds have diverged. */
  readonly high?: readonly number[];
  /** How many steps the sweep was to have. Default: as many as the curve has. */
  readonly steps?: number;
  /** Why the curve ends, if not because the sweep did. */
  readonly stop?: Stop;
}

/** A learning rate, and in one short sentence why this one. */
export interface Suggestion {
  readonly lr: number;
  readonly why: string;
  /** Between which rates it is hard to tell which is best. */
  readonly interval?: readonly [low: number, high: number];
}

/** A way to choose a learning rate from a curve; null where the curve shows none. */
export type Suggest = (curve: LossCurve) => Suggestion | null;

export interface LossCurveOptions extends StopOptions {
  /** How much of the smoothed loss is kept at each step, in [0, 1). Default 0.98, as in fastai; 0 does not smooth. */
  readonly smoothing?: number;
}

/**
 * The curve of a range test: its losses smoothed, and ended where `stopRule` says that the sweep should. The step that
 * diverged is the curve's last, one whose loss is not finite is left out; so a record that ran on and one that stopped
 * there give the same curve.
 *
 * Losses may be NaN or infinite. Throws if rates and losses differ in number, there is none, a rate is not a positive
 * number or not above the one before it.
 */
export function lossCurve(record: RangeTest, options: LossCurveOptions = {}): LossCurve {
  checkRecord(record);
  const smooth = smoother(options.smoothing);
  const judge = stopRule(options);
  const [lr, loss, smoothed]: [number[], number[], number[]] = [[], [], []];
  let stop: Stop | null = null;
  for (let step = 0; step < record.lr.length && !stop; step++) {
    const value = smooth(record.loss[step] as number);
    stop = judge(value);
    if (!Number.isFinite(value)) break;
    lr.push(record.lr[step] as number);
    loss.push(record.loss[step] as number);
    smoothed.push(value);
  }
  return { lr, loss, smoothed, steps: record.steps ?? record.lr.length, ...(stop && { stop }) };
}

function checkRecord({ lr, loss, steps }: RangeTest): void {
  if (typeof lr?.length !== "number" || typeof loss?.length !== "number") {
    throw new TypeError("range test: expected { lr, loss }, a list of rates and one of losses");
  }
  if (lr.length !== loss.length) {
    throw new RangeError(`range test: ${lr.length} rates but ${loss.length} losses: expected one loss for each rate`);
  }
  if (lr.length === 0) throw new RangeError("range test: it has no steps: expected at least one rate and its loss");
  if (steps !== undefined && !(Number.isInteger(steps) && steps >= lr.length)) {
    throw new RangeError(`range test: steps = ${steps}: expected a whole number, at least the ${lr.length} recorded`);
  }
  for (let step = 0; step < lr.length; step++) {
    const [rate, previous, value] = [lr[step], lr[step - 1], loss[step]] as [number, number, number];
    if (!(Number.isFinite(rate) && rate > 0)) {
      throw new RangeError(`range test: lr[${step}] = ${rate}: expected a positive number`);
    }
    if (step > 0 && rate <= previous) {
      throw new RangeError(
        `range test: lr[${step}] = ${rate} after ${previous}: expected rates that rise with every step`,
      );
    }
    if (typeof value !== "number") {
      throw new TypeError(`range test: loss[${step}] = ${value}: expected a number; one that diverged may be NaN`);
    }
  }
}
