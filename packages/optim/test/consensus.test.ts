import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { basin, CURVES, NOISES, rangeTest, UNANSWERABLE } from "../../../benchmarks/suggestions/curves.mjs";
import { consensus, refusal } from "../src/suggestions/consensus.ts";
import { type LossCurve, lossCurve } from "../src/suggestions/curve.ts";

const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);
const SILENT = { name: "none", level: 0, spikes: 0 };

/** A curve without cutting or smoothing. */
const bare = (lr: readonly number[], loss: readonly number[]): LossCurve => ({ lr, loss, smoothed: loss });

describe("known basins", () => {
  for (const curve of CURVES) {
    const [low, high] = basin(curve);
    const isInside = (lr: number | undefined): boolean => lr !== undefined && lr >= low && lr <= high;

    test.each(NOISES)(`${curve.name}, noise: $name`, (noise) => {
      const suggestions = SEEDS.map((seed) => consensus(lossCurve(rangeTest(curve, noise, seed))));
      expect(suggestions.filter((suggestion) => isInside(suggestion?.lr)).length).toBeGreaterThanOrEqual(99);
    });

    test(`${curve.name}, any single wrong loss`, () => {
      const { lr, loss } = rangeTest(curve, SILENT, 0);
      const outside = loss.flatMap((_, step) =>
        [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e9].filter((wrong) => {
          const changed = loss.map((value, i) => (i === step ? wrong : value));
          return !isInside(consensus(bare(lr, changed))?.lr);
        }),
      );
      expect(outside).toEqual([]);
    });
  }
});

describe("no suggestion", () => {
  for (const curve of UNANSWERABLE) {
    test.each(NOISES)(`${curve.name}, noise: $name`, (noise) => {
      const curves = SEEDS.map((seed) => lossCurve(rangeTest(curve, noise, seed)));
      const refused = curves.filter((each) => consensus(each) === null && refusal(each)?.includes(curve.why));
      expect(refused.length).toBeGreaterThanOrEqual(99);
    });
  }

  /** Rates from a start on, 20 steps per decade. */
  const sweep = (steps: number, from: number, loss: (lr: number) => number): LossCurve => {
    const lr = Array.from({ length: steps }, (_, i) => from * 10 ** (i / 20));
    return lossCurve({ lr, loss: lr.map(loss) });
  };
  /** A loss that falls from 2 to 1 around 1e-3, and is back at 2 at 1. */
  const ordinary = (lr: number): number => 1 + 1 / (1 + lr / 1e-3) + lr ** 2;

  test.each<[what: string, curve: LossCurve, message: string | null]>([
    ["where there is an answer", sweep(140, 1e-6, ordinary), null],
    [
      "no loss",
      sweep(100, 1e-6, () => Number.NaN),
      "the first losses are not finite; check the model and the data, or begin the sweep at a lower rate",
    ],
    ["few losses", sweep(9, 1e-6, ordinary), "9 losses are too few to evaluate; sweep in 100 steps or more"],
    [
      "diverged within a few steps",
      sweep(100, 10, (lr) => lr ** 9),
      "the sweep began too high: the loss diverged after 9 losses; begin it at 0.1 or lower",
    ],
    [
      "diverged early",
      sweep(100, 0.01, (lr) => (lr < 0.07 ? 2 : 500)),
      "the sweep began too high: the loss diverged after 18 of 100 steps; begin it at 1e-4 or lower",
    ],
    [
      "rises from the first rate on",
      sweep(40, 0.1, ordinary),
      "the sweep began too high: the loss does not fall, and rises from 0.13 on; begin it at 0.001 or lower",
    ],
    [
      "falls from the first rate on",
      sweep(80, 1e-3, ordinary),
      "the sweep began too high: the loss falls from 0.001 on; begin it at 1e-5 or lower",
    ],
    [
      "breaks too near to the first rate",
      sweep(60, 1e-4, (lr) => (lr < 7.5e-4 ? 2 : lr < 9e-4 ? 1 : Number.NaN)),
      "the sweep began too high: the loss diverges at 8.9e-4, less than ten times the first rate; begin it at 1e-6 or lower",
    ],
    [
      "constant",
      sweep(120, 1e-6, () => 2.3),
      "the loss never falls by more than its noise: it starts at 2.3 and is 2.3 at best; " +
        "check that the model can learn, or sweep in more steps or larger batches",
    ],
    [
      "ends in the fall",
      sweep(60, 1e-6, ordinary),
      "the sweep ended too low: the loss does not rise again up to its last rate, 8.9e-4; end it at 0.089 or higher",
    ],
  ])("%s", (_, curve, message) => {
    expect(refusal(curve)).toBe(message);
    expect(consensus(curve) === null).toBe(message !== null);
  });
});

/** Any curve of the table with its noise, as recorded. */
const recorded = fc
  .record({
    curve: fc.constantFrom(...CURVES),
    noise: fc.constantFrom(SILENT, ...NOISES),
    seed: fc.integer({ min: 0, max: 1e6 }),
  })
  .map(({ curve, noise, seed }) => rangeTest(curve, noise, seed));

const scale = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const rateOf = (curve: LossCurve): number => consensus(curve)?.lr ?? 0;
const isClose = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-6 * b);

describe("laws", () => {
  test("a loss in other units has the same suggestion", () => {
    fc.assert(
      fc.property(recorded, scale, fc.integer({ min: -10, max: 10 }), (test, by, up) => {
        const changed = test.loss.map((value) => by * (value + up));
        isClose(rateOf(bare(test.lr, changed)), rateOf(bare(test.lr, test.loss)));
      }),
      { seed: 1 },
    );
  });

  test("scaled rates have a scaled suggestion", () => {
    fc.assert(
      fc.property(recorded, scale, (test, by) => {
        const changed = test.lr.map((rate) => by * rate);
        isClose(rateOf(bare(changed, test.loss)), by * rateOf(bare(test.lr, test.loss)));
      }),
      { seed: 1 },
    );
  });

  test("position goes from one end of the interval to the other", () => {
    fc.assert(
      fc.property(recorded, fc.double({ min: 0, max: 1, noNaN: true }), ({ lr, loss }, position) => {
        const curve = bare(lr, loss);
        const suggestion = consensus(curve, { position });
        if (!suggestion) return expect(consensus(curve)).toBeNull();
        const [low, high] = suggestion.interval as readonly [number, number];
        isClose(Math.log(suggestion.lr / low) + 1, position * Math.log(high / low) + 1);
        expect(suggestion.interval).toEqual(consensus(curve)?.interval);
      }),
      { seed: 1 },
    );
  });

  test("any losses give either a suggestion within the sweep or a reason why there is none", () => {
    const losses = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
        fc.double(),
        fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
      ),
      { minLength: 1, maxLength: 150 },
    );
    fc.assert(
      fc.property(losses, fc.boolean(), (loss, asRecorded) => {
        const lr = loss.map((_, i) => 1e-6 * 1.2 ** i);
        const curve = asRecorded ? lossCurve({ lr, loss }) : bare(lr, loss);
        const suggestion = consensus(curve);
        expect(suggestion === null).toBe(refusal(curve) !== null);
        if (!suggestion) return;
        const [low, high] = suggestion.interval as readonly [number, number];
        const ascending = [lr[0] as number, low, suggestion.lr, high, lr.at(-1) as number];
        expect([...ascending].sort((a, b) => a - b)).toEqual(ascending);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});

test("a suggestion states the fall, the edge and the range", () => {
  const curve = lossCurve(rangeTest(CURVES.find(({ name }) => name === "wide basin") as (typeof CURVES)[0], SILENT, 0));
  const suggestion = consensus(curve);
  expect(suggestion?.why).toBe(
    "the loss falls from 2.3 to 0.705 at 0.031 and has lost half of that again at 0.35: " +
      "the recommended range is 0.0025 to 0.17, and this is its middle",
  );
  expect(consensus(curve, { position: 0.25 })?.why).toMatch(/, and this is 0.25 of the way up$/);
  expect(consensus(curve, { position: 0 })?.why).toMatch(/, and this is its low end$/);
  expect(consensus(curve, { position: 1 })?.why).toMatch(/, and this is its high end$/);
  expect(consensus(structuredClone(curve))).toEqual(suggestion);
});

test("a position outside the interval throws", () => {
  const curve = lossCurve({ lr: [1, 2], loss: [1, 2] });
  for (const position of [-0.1, 1.1, Number.NaN]) {
    expect(() => consensus(curve, { position })).toThrow(
      `consensus: position = ${position}: expected a number from 0 to 1`,
    );
  }
});
