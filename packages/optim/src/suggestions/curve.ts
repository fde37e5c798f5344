import { smoother } from "./smoothing.ts";
import { nonFinite, type Stop, type StopOptions, stopRule } from "./stop.ts";
import { type Lowest, lowestOf, trendOf } from "./trend.ts";

/** What a range test recorded: the rate in force at each step and the loss found there, in the order of the sweep. */
export interface RangeTest {
  /** Positive and rising. */
  readonly lr: ArrayLike<number>;
  /** As found, not smoothed. NaN and infinities are allowed: one is left out, two in a row end the curve. */
  readonly loss: ArrayLike<number>;
  /** How many steps the sweep was to have: more than are recorded where it stopped early. Default: those recorded. */
  readonly steps?: number;
}

/** A range test made ready for suggestions: cut where it diverged, with its smoothed losses, all of them finite. */
export interface LossCurve {
  readonly lr: readonly number[];
  /** As recorded; of a combined curve, the median of the seeds. */
  readonly loss: readonly number[];
  /** Moving average over past steps, as fastai's, which lags behind the rate: for `steepest`, `valley`, `slide`, `minimum`. */
  readonly smoothed: readonly number[];
  /** Mean of the losses around each rate, which does not lag: for `consensus`, and to draw. Default: made from `loss`. */
  readonly trend?: readonly number[];
  /** The least of `trend`, and its rate. Not there for an empty curve. */
  readonly lowest?: Lowest;
  /** The lower quartile of the smoothed losses, where the curve combines those of several seeds. */
  readonly low?: readonly number[];
  /** The upper quartile. Infinite where a quarter of the seeds have diverged. */
  readonly high?: readonly number[];
  /** How many steps the sweep was to have. Default: as many as the curve has. */
  readonly steps?: number;
  /** Number of losses that were not finite and are left out. Default 0. */
  readonly skipped?: number;
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
 * diverged is the curve's last. A loss that is not finite is left out, and ends the curve where no finite one follows it;
 * so a record that ran on and one that stopped there give the same curve.
 *
 * Losses may be NaN or infinite. Throws if rates and losses differ in number, there is none, a rate is not a positive
 * number or not above the one before it.
 */
export function lossCurve(record: RangeTest, options: LossCurveOptions = {}): LossCurve {
  const { points, end, stop } = readLosses(record, options);
  const of = (key: "lr" | "loss" | "smoothed"): number[] => points.map((point) => point[key]);
  const [lr, loss] = [of("lr"), of("loss")];
  return {
    lr,
    loss,
    smoothed: of("smoothed"),
    ...withTrend(lr, loss),
    steps: record.steps ?? record.lr.length,
    ...(end > points.length && { skipped: end - points.length }),
    ...(stop && { stop }),
  };
}

/** The trend of a curve and its least, as parts of the curve. */
export function withTrend(lr: readonly number[], loss: readonly number[]): Pick<LossCurve, "trend" | "lowest"> {
  const { trend } = trendOf(lr, loss);
  return { trend, ...(trend.length > 0 && { lowest: lowestOf(lr, trend) }) };
}

/** A step whose loss is finite. */
export interface LossPoint {
  readonly step: number;
  readonly lr: number;
  readonly loss: number;
  readonly smoothed: number;
}

/** The losses of a record that count. */
export interface Losses {
  readonly points: readonly LossPoint[];
  /** Number of steps that they come from: one more than the last point's. */
  readonly end: number;
  readonly stop: Stop | null;
}

/** Reads a record up to where its sweep should stop. */
export function readLosses(record: RangeTest, options: LossCurveOptions): Losses {
  checkRecord(record);
  const smooth = smoother(options.smoothing);
  const judge = stopRule(options);
  const points: LossPoint[] = [];
  let stop: Stop | null = null;
  for (let step = 0; step < record.lr.length && !stop; step++) {
    const loss = record.loss[step] as number;
    const smoothed = smooth(loss);
    stop = judge(smoothed);
    if (Number.isFinite(smoothed)) points.push({ step, lr: record.lr[step] as number, loss, smoothed });
  }
  const end = (points.at(-1)?.step ?? -1) + 1;
  if (end < record.lr.length && stop?.cause !== "diverged") stop = nonFinite(end, record.loss[end] as number);
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
