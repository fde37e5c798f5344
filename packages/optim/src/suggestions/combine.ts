import { numberAt } from "../number-at.ts";
import { omitUndefined } from "../omit-undefined.ts";
import { type LossCurve, type LossCurveOptions, lossCurve, type RangeTest, readLosses, withTrend } from "./curve.ts";
import type { Stop } from "./stop.ts";

/**
 * Combines the range tests of several seeds at the same rates into one curve: at each rate the median of the losses and
 * of the smoothed losses, with the quartiles of the smoothed ones as a band (linearly interpolated, as NumPy's). The
 * order of the seeds does not matter. A single test gives its own curve, without a band.
 *
 * A seed that diverged, or whose record ends before the others', counts as infinite from there on. So the curve ends
 * where half of the seeds have ended, and before that `high` may be infinite. A single loss that is not finite is
 * excluded from its step's median.
 *
 * @throws if there is no test, the rates differ, or `lossCurve` does not accept a test
 */
export function combineCurves(tests: readonly RangeTest[], options: LossCurveOptions = {}): LossCurve {
  const [only] = tests;
  if (!only) throw new RangeError("combineCurves: no range tests: expected at least one");
  if (tests.length === 1) return lossCurve(only, options);
  const seeds = tests.map((test) => readLosses(test, options));
  const longest = tests.reduce((a, b) => (b.lr.length > a.lr.length ? b : a));
  checkRates(tests, longest);

  // Half of the seeds have ended after the median of their ends; with an even number, after the lower of the two in the
  // middle.
  const ends = seeds.map(({ end }) => end).sort((a, b) => a - b);
  const end = numberAt(ends, Math.ceil(ends.length / 2) - 1);
  const points = seeds.map((seed) => new Map(seed.points.map((point) => [point.step, point])));
  const valuesAt = (step: number, key: "loss" | "smoothed"): number[] =>
    seeds.flatMap((seed, i) => {
      if (step >= seed.end) return [Number.POSITIVE_INFINITY];
      const point = points[i]?.get(step);
      return point ? [point[key]] : [];
    });
  const steps = Array.from({ length: end }, (_, step) => step).filter((step) =>
    Number.isFinite(quantile(valuesAt(step, "loss"), 0.5)),
  );
  const quantiles = (key: "loss" | "smoothed", q: number): number[] =>
    steps.map((step) => quantile(valuesAt(step, key), q));
  const [lr, loss] = [steps.map((step) => numberAt(longest.lr, step)), quantiles("loss", 0.5)];
  const skipped = seeds.reduce((sum, seed) => sum + seed.end - seed.points.length, 0);
  const ended = seeds.filter((seed) => seed.stop || seed.end < longest.lr.length).length;
  return omitUndefined({
    lr,
    loss,
    smoothed: quantiles("smoothed", 0.5),
    ...withTrend(lr, loss),
    low: quantiles("smoothed", 0.25),
    high: quantiles("smoothed", 0.75),
    steps: Math.max(...tests.map((test) => test.steps ?? test.lr.length)),
    skipped: skipped || undefined,
    stop: ended * 2 >= seeds.length ? halfDiverged(end, seeds.length) : undefined,
  });
}

const halfDiverged = (step: number, seeds: number): Stop => ({
  step,
  cause: "diverged",
  reason: `at least half of the ${seeds} seeds have diverged`,
});

function checkRates(tests: readonly RangeTest[], longest: RangeTest): void {
  for (const [seed, { lr }] of tests.entries()) {
    for (let step = 0; step < lr.length; step++) {
      if (lr[step] === longest.lr[step]) continue;
      throw new RangeError(
        `combineCurves: test ${seed} has lr[${step}] = ${lr[step]} where another has ${longest.lr[step]}: ` +
          "expected the same sweep for every seed",
      );
    }
  }
}

function quantile(values: number[], q: number): number {
  values.sort((a, b) => a - b);
  const position = (values.length - 1) * q;
  const below = Math.floor(position);
  const [a, b] = [values[below], values[Math.ceil(position)]] as [number, number];
  // Also if both are infinite, whose difference is NaN.
  return a === b ? a : a + (b - a) * (position - below);
}
