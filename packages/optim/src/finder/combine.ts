import { type LossCurve, type LossCurveOptions, lossCurve, type RangeTest } from "./curve.ts";

/**
 * One curve from the range tests of several seeds at the same rates: at each the median of their losses and of their
 * smoothed losses, with the quartiles of the smoothed ones as a band (interpolated linearly, as NumPy's). The order of
 * the seeds does not matter. One test gives its own curve, without a band.
 *
 * A seed that diverged, or whose record ends before the others', counts as infinite from there on. So the curve ends
 * where half of them have, and before that `high` may be infinite.
 *
 * Throws if there is no test, the rates are not the same, or one is not what `lossCurve` takes.
 */
export function combineCurves(tests: readonly RangeTest[], options: LossCurveOptions = {}): LossCurve {
  const curves = tests.map((test) => lossCurve(test, options));
  const [only] = curves;
  if (!only) throw new RangeError("combineCurves: no range tests: expected at least one");
  if (curves.length === 1) return only;
  const longest = tests.reduce((a, b) => (b.lr.length > a.lr.length ? b : a));
  checkRates(tests, longest);

  // Half of the seeds have diverged after the median of the lengths, of two in the middle the lower.
  const lengths = curves.map((curve) => curve.lr.length).sort((a, b) => a - b);
  const length = lengths[Math.ceil(lengths.length / 2) - 1] as number;
  const quantiles = (values: (curve: LossCurve) => readonly number[], q: number): number[] =>
    Array.from({ length }, (_, step) =>
      quantile(
        curves.map((curve) => values(curve)[step] ?? Number.POSITIVE_INFINITY),
        q,
      ),
    );
  const smoothed = (curve: LossCurve): readonly number[] => curve.smoothed;
  const ended = curves.filter((curve) => curve.stop || curve.lr.length < longest.lr.length).length;
  return {
    lr: Array.from(longest.lr).slice(0, length),
    loss: quantiles((curve) => curve.loss, 0.5),
    smoothed: quantiles(smoothed, 0.5),
    low: quantiles(smoothed, 0.25),
    high: quantiles(smoothed, 0.75),
    steps: Math.max(...curves.map((curve) => curve.steps as number)),
    ...(ended * 2 >= curves.length && {
      stop: { step: length, cause: "diverged", reason: `at least half of the ${curves.length} seeds have diverged` },
    }),
  };
}

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
  // Also where both are infinite, whose difference is NaN.
  return a === b ? a : a + (b - a) * (position - below);
}
