import { numberAt } from "../number-at.ts";
import { omitUndefined } from "../omit-undefined.ts";
import { smoother } from "./smoothing.ts";
import { nonFinite, type Stop, type StopOptions, stopRule } from "./stop.ts";
import { type Lowest, lowestOf, trendOf } from "./trend.ts";

/** Record of a range test: the rate in force at each step and its loss, in the order of the sweep. */
export interface RangeTest {
  /** Positive rates in rising order. */
  readonly lr: ArrayLike<number>;
  /** Recorded losses, not smoothed. NaN and infinities are allowed: one is skipped, two in a row end the curve. */
  readonly loss: ArrayLike<number>;
  /** Planned number of steps of the sweep; more than are recorded if it stopped early. Default: the number recorded. */
  readonly steps?: number;
}

/** A range test that is ready for suggestions: cut where it diverged, with smoothed losses, all of them finite. */
export interface LossCurve {
  readonly lr: readonly number[];
  /** Recorded losses; of a combined curve, the median of the seeds. */
  readonly loss: readonly number[];
  /**
   * Moving average over past steps, as fastai's, which lags behind the rate: for `steepest`, `valley`, `slide` and
   * `minimum`.
   */
  readonly smoothed: readonly number[];
  /**
   * Mean of the losses around each rate, which does not lag: for `consensus` and for plots. Default: computed from
   * `loss`.
   */
  readonly trend?: readonly number[];
  /** Lowest loss of `trend`, and its rate. Missing in an empty curve. */
  readonly lowest?: Lowest;
  /** Lower quartile of the smoothed losses of several seeds; only in a combined curve. */
  readonly low?: readonly number[];
  /** Upper quartile. Infinite where a quarter of the seeds have diverged. */
  readonly high?: readonly number[];
  /** Planned number of steps of the sweep. Default: the number of the curve's points. */
  readonly steps?: number;
  /** Number of losses that were skipped because they were not finite. Default 0. */
  readonly skipped?: number;
  /** Reason why the curve ends before the sweep. */
  readonly stop?: Stop;
}

/** A suggested learning rate, and its reason in one short sentence. */
export interface Suggestion {
  readonly lr: number;
  readonly why: string;
  /** Rates between which the best is hard to tell. */
  readonly interval?: readonly [low: number, high: number];
}

/** Suggests a learning rate for a curve; returns null if the curve shows none. */
export type Suggest = (curve: LossCurve) => Suggestion | null;

export interface LossCurveOptions extends StopOptions {
  /** Share of the smoothed loss that is kept at each step, in [0, 1). Default 0.98, as in fastai; 0 does not smooth. */
  readonly smoothing?: number;
}

/**
 * Makes the curve of a range test: smooths its losses and ends it where `stopRule` stops the sweep. The diverged step
 * is the curve's last. A loss that is not finite is skipped, and ends the curve if no finite one follows it, so that a
 * record that continued and one that stopped there give the same curve.
 *
 * Losses may be NaN or infinite.
 * @throws if rates and losses differ in number, there are none, or a rate is not positive or not above the one before
 */
export function lossCurve(record: RangeTest, options: LossCurveOptions = {}): LossCurve {
  const { points, end, stop } = readLosses(record, options);
  const of = (key: "lr" | "loss" | "smoothed"): number[] => points.map((point) => point[key]);
  const [lr, loss] = [of("lr"), of("loss")];
  return omitUndefined({
    lr,
    loss,
    smoothed: of("smoothed"),
    ...withTrend(lr, loss),
    steps: record.steps ?? record.lr.length,
    skipped: end - points.length || undefined,
    stop: stop ?? undefined,
  });
}

/** Returns the trend of a curve and its lowest loss, as parts of the curve. */
export function withTrend(lr: readonly number[], loss: readonly number[]): Pick<LossCurve, "trend" | "lowest"> {
  const { trend } = trendOf(lr, loss);
  return omitUndefined({ trend, lowest: trend.length > 0 ? lowestOf(lr, trend) : undefined });
}

/** A step with a finite loss. */
export interface LossPoint {
  readonly step: number;
  readonly lr: number;
  readonly loss: number;
  readonly smoothed: number;
}

/** Losses of a record up to its end. */
export interface Losses {
  readonly points: readonly LossPoint[];
  /** Number of steps up to the last point. */
  readonly end: number;
  readonly stop: Stop | null;
}

/** Reads a record up to the step at which its sweep should stop. */
export function readLosses(record: RangeTest, options: LossCurveOptions): Losses {
  checkRecord(record);
  const smooth = smoother(options.smoothing);
  const stopOf = stopRule(options);
  const points: LossPoint[] = [];
  let stop: Stop | null = null;
  for (let step = 0; step < record.lr.length && !stop; step++) {
    const loss = numberAt(record.loss, step);
    const smoothed = smooth(loss);
    stop = stopOf(smoothed);
    if (Number.isFinite(smoothed)) points.push({ step, lr: numberAt(record.lr, step), loss, smoothed });
  }
  const end = (points.at(-1)?.step ?? -1) + 1;
  if (end < record.lr.length && stop?.cause !== "diverged") stop = nonFinite(end, numberAt(record.loss, end));
  return { points, end, stop };
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
