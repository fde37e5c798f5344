import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatRate } from "../src/suggestions/format.ts";
import {
  combineCurves,
  type LossCurve,
  lossCurve,
  minimum,
  type RangeTest,
  type SlideOptions,
  type Suggest,
  slide,
  smoother,
  steepest,
  stopRule,
  suggestLearningRates,
  surmenok,
  valley,
} from "../src/suggestions/index.ts";
import { longestDescent } from "../src/suggestions/valley.ts";

const METHODS = { steepest, minimum, valley, slide, surmenok } satisfies Record<string, Suggest>;
type Method = keyof typeof METHODS;
const METHOD_NAMES = Object.keys(METHODS) as Method[];

interface Published {
  readonly lr: readonly number[];
  readonly loss: readonly (number | null)[];
  readonly steps: number;
  readonly smoothed: number;
  readonly chosen: Readonly<Record<Method, number | null>>;
  readonly surmenokBySma: Readonly<Record<string, number | null>>;
  readonly slideByThresh: Readonly<Record<string, number | null>>;
}
const fixtures: Readonly<Record<string, Published>> = JSON.parse(
  readFileSync(new URL("./fixtures/suggestions.json", import.meta.url), "utf8"),
);
const recordOf = ({ lr, loss }: Published): RangeTest => ({ lr, loss: loss.map((value) => value ?? Number.NaN) });
const cases = Object.entries(fixtures).map(([name, published]) => ({ name, published, record: recordOf(published) }));
const caseNamed = (name: string): RangeTest => recordOf(fixtures[name] as Published);

/**
 * Suggestions that are null on purpose, where the original throws, or returns the first or last rate without a reason.
 */
const REFUSED: Readonly<Record<string, readonly Method[]>> = {
  "too short to slide": ["slide"],
  "too short": METHOD_NAMES,
  "rises all the way": METHOD_NAMES,
};

const exponential = (length: number, start = 1e-6, factor = 1.2): number[] =>
  Array.from({ length }, (_, i) => start * factor ** i);
const curveOf = (loss: readonly number[]): LossCurve => lossCurve({ lr: exponential(loss.length), loss });
const ratesOf = (curve: LossCurve): (number | undefined)[] => METHOD_NAMES.map((method) => METHODS[method](curve)?.lr);

describe("as published", () => {
  describe.each(cases)("$name", ({ name, published, record }) => {
    const curve = lossCurve(record);
    const isClose = (ours: number | undefined, theirs: number | null): void => {
      if (theirs === null) expect(ours).toBeUndefined();
      else expect(Math.abs((ours ?? Number.NaN) / theirs - 1)).toBeLessThan(1e-12);
    };

    // fastai counts the loss of the first steps as its best; here they do not count, so a rising loss continues longer.
    test("ends and smooths like fastai's sweep", () => {
      if (name === "rises all the way") return expect(curve.lr.length).toBeGreaterThan(published.steps);
      const missing = published.loss.indexOf(null);
      const last = missing < 0 ? published.steps : Math.min(missing, published.steps);
      expect(curve.lr).toEqual(published.lr.slice(0, last));
      expect(curve.loss).toEqual(published.loss.slice(0, last));
      isClose(curve.smoothed.at(-1), published.smoothed);
    });

    test.each(METHOD_NAMES)("%s", (method) => {
      const suggestion = METHODS[method](curve);
      if (REFUSED[name]?.includes(method)) expect(suggestion).toBeNull();
      else isClose(suggestion?.lr, published.chosen[method]);
    });

    // A change over 20 steps does not fit into the shorter curves.
    if (record.lr.length < 100 || REFUSED[name]) return;
    test("with other options", () => {
      for (const [sma, theirs] of Object.entries(published.surmenokBySma)) {
        isClose(surmenok(curve, { sma: Number(sma) })?.lr, theirs);
      }
      for (const [thresh, theirs] of Object.entries(published.slideByThresh)) {
        isClose(slide(curve, { thresh: Number(thresh) })?.lr, theirs);
      }
    });
  });

  test("the longest descent equals that of an exhaustive search, also among equal values", () => {
    const pairwise = (values: readonly number[]): { end: number; length: number } => {
      const lengths: number[] = [];
      values.forEach((value, i) => {
        lengths.push(1 + Math.max(0, ...lengths.filter((_, j) => (values[j] as number) > value && j < i)));
      });
      const length = Math.max(...lengths);
      return { end: lengths.indexOf(length), length };
    };
    const values = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 60 }),
      fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 60 }),
    );
    fc.assert(
      fc.property(values, (list) => {
        expect(longestDescent(list)).toEqual(pairwise(list));
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe("the curve of a range test", () => {
  test("a stopped sweep gives the curve of a sweep that continued", () => {
    for (const { record } of cases) {
      const curve = lossCurve(record);
      const { length } = curve.lr;
      const recorded = length + (curve.stop?.cause === "non-finite" ? 1 : 0);
      const stopped = {
        lr: Float64Array.from(record.lr).slice(0, recorded),
        loss: Float64Array.from(record.loss).slice(0, recorded),
        steps: record.lr.length,
      };
      expect(lossCurve(stopped)).toEqual(curve);
    }
  });

  test.each<[loss: number, reason: string]>([
    [Number.NaN, "the loss is NaN"],
    [Number.POSITIVE_INFINITY, "the loss is Infinity"],
    [Number.NEGATIVE_INFINITY, "the loss is -Infinity"],
  ])("one loss of %d is left out; two in a row, or one at the end, end it", (wrong, reason) => {
    const good = [3, 2, 1, 1, 1, 1, 1];
    for (const at of [0, 1, 5]) {
      const without = (values: readonly number[]): number[] => values.filter((_, i) => i !== at);
      const one = curveOf(good.map((loss, i) => (i === at ? wrong : loss)));
      expect(one.loss).toEqual(without(good));
      expect(one.lr).toEqual(without(exponential(7)));
      expect(one.smoothed).toEqual(curveOf(without(good)).smoothed);
      expect({ skipped: one.skipped, stop: one.stop }).toEqual({ skipped: 1, stop: undefined });
      const stop = { step: at, cause: "non-finite", reason };
      const two = curveOf(good.map((loss, i) => (i === at || i === at + 1 ? wrong : loss)));
      expect([two.loss, two.skipped, two.stop]).toEqual([good.slice(0, at), undefined, stop]);
      const last = curveOf([...good.slice(0, at), wrong]);
      expect([last.loss, last.skipped, last.stop]).toEqual([good.slice(0, at), undefined, stop]);
    }
  });

  test("smoothing weights each loss by its age, and the weights sum to one", () => {
    const losses = [5, 1, 4, 1, 3];
    const smooth = smoother(0.9);
    losses.forEach((loss, last) => {
      const weights = losses.slice(0, last + 1).map((_, i) => 0.9 ** (last - i));
      const total = weights.reduce((a, b) => a + b);
      const expected = weights.reduce((sum, weight, i) => sum + (weight / total) * (losses[i] as number), 0);
      expect(smooth(loss)).toBeCloseTo(expected, 12);
    });
  });

  test("smoothing keeps a constant exactly, and none keeps every loss exactly", () => {
    const losses = fc.array(fc.double({ min: -1e300, max: 1e300, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(losses, fc.double({ min: 0, max: 0.999, noNaN: true }), (list, smoothing) => {
        expect(list.map(smoother(0))).toEqual(list);
        const [constant] = list as [number];
        expect(new Set(list.map(() => constant).map(smoother(smoothing)))).toEqual(new Set([constant]));
      }),
      { seed: 1 },
    );
    expect(ratesOf(curveOf(Array(100).fill(0.1)))).toEqual(METHOD_NAMES.map(() => undefined));
  });

  test.each<[what: string, smoothed: number[], options: { factor?: number; grace?: number }, at: number | null]>([
    ["4 times the best goes on", [1, 4], { grace: 0 }, null],
    ["more than 4 times stops", [1, 4, 4.01], { grace: 0 }, 2],
    ["the best is the least so far, not the first", [4, 1, 5], { grace: 0 }, 2],
    ["another factor", [1, 1.5, 1.6], { factor: 1.5, grace: 0 }, 2],
    ["no factor", [1e-300, 1e300], { factor: Number.POSITIVE_INFINITY, grace: 0 }, null],
    ["no factor, a best of zero", [0, 1e300], { factor: Number.POSITIVE_INFINITY, grace: 0 }, null],
    ["the first steps do not stop", [1, 9, 9, 9, 9, 9], {}, null],
    ["and do not count as the best", [1, 2, 2, 2, 2, 2, 2, 8, 8.1], {}, 8],
    ["one NaN goes on", [1, Number.NaN, 1, Number.NaN, 1], {}, null],
    ["a rise within a negative loss", [-1, -2, -1], { grace: 0 }, null],
    ["a negative loss at 4 times its best", [-2, -1], { grace: 0 }, null],
    ["a negative loss that rises by more than 3 times it", [-2, 4, 4.1], { grace: 0 }, 2],
    ["a loss that crosses zero has its fall to rise by", [5, 0, 1], { grace: 0 }, null],
    ["and no more than 3 times that", [5, 0, 15, 15.1], { grace: 0 }, 3],
  ])("stop: %s", (_, smoothed, options, at) => {
    const judge = stopRule(options);
    const stops = smoothed.map((loss) => judge(loss));
    expect(stops.findIndex((stop) => stop !== null)).toBe(at ?? -1);
    if (at !== null) expect(stops[at]?.step).toBe(at);
  });

  test("stop: two losses in a row are not finite; the step is that of the first", () => {
    const judge = stopRule();
    expect([1, Number.NaN, Number.POSITIVE_INFINITY].map((loss) => judge(loss)).at(-1)).toEqual({
      step: 1,
      cause: "non-finite",
      reason: "the loss is Infinity",
    });
  });

  test("the reason for a stop has the numbers", () => {
    const reason = (losses: number[]): string | undefined => losses.map(stopRule({ grace: 0 })).at(-1)?.reason;
    expect(reason([2.3456, 9.8765])).toBe("the loss rose to 9.88, more than 4 times its best of 2.35");
    expect(reason([-1, 2.5])).toBe("the loss rose to 2.5, far above its best of -1");
  });
});

describe("suggestions", () => {
  const noisy = caseNamed("noisy");
  const smooth = caseNamed("smooth");
  const scaled = (values: ArrayLike<number>, by: number): number[] => Array.from(values, (value) => value * by);

  test("exist for a loss that falls around 0.01, without smoothing", () => {
    const curve = lossCurve(smooth, { smoothing: 0 });
    const ratio = (curve.lr[1] as number) / (curve.lr[0] as number);
    const steps = (lr: number | undefined, of: number): number => Math.log((lr as number) / of) / Math.log(ratio);
    expect(Math.abs(steps(steepest(curve)?.lr, 0.01))).toBeLessThan(1);
    expect(Math.abs(steps(surmenok(curve, { sma: 1 })?.lr, 0.01))).toBeLessThan(1);
    const least = curve.lr[curve.loss.indexOf(Math.min(...curve.loss))] as number;
    expect(minimum(curve)?.lr).toBe(least / 10);
    // From the eleventh step on the loss falls to its minimum.
    expect(Math.abs(steps(valley(curve)?.lr, Math.sqrt((curve.lr[10] as number) * least)))).toBeLessThan(2);
  });

  test.each([1, 2, 3, 4, 5, 6])("are null for %i steps, of which at most one counts", (length) => {
    const falling = Array.from({ length }, (_, i) => 9 - i);
    expect(ratesOf(curveOf(falling))).toEqual(METHOD_NAMES.map(() => undefined));
  });

  test("scale with the rates", () => {
    const ours = ratesOf(lossCurve({ lr: scaled(noisy.lr, 1 / 1024), loss: noisy.loss }));
    expect(ours).toEqual(ratesOf(lossCurve(noisy)).map((lr) => (lr as number) / 1024));
  });

  test("do not change with the loss's scale, except for slide's threshold", () => {
    const [plain, large] = [lossCurve(noisy), lossCurve({ lr: noisy.lr, loss: scaled(noisy.loss, 1024) })];
    for (const method of ["steepest", "minimum", "valley", "surmenok"] as const) {
      expect(METHODS[method](large)?.lr).toBe(METHODS[method](plain)?.lr);
    }
    expect(slide(large, { thresh: 0.005 * 1024 })?.lr).toBe(slide(plain)?.lr);
  });

  test("do not change when the loss is shifted, also below zero", () => {
    const plain = lossCurve(smooth, { factor: Number.POSITIVE_INFINITY });
    for (const shift of [-2.25, -8]) {
      const loss = Array.from(smooth.loss, (value) => value + shift);
      expect(ratesOf(lossCurve({ lr: smooth.lr, loss }, { factor: Number.POSITIVE_INFINITY }))).toEqual(ratesOf(plain));
      // A multiple of 4 of a negative best would stop it at once.
      expect(lossCurve({ lr: smooth.lr, loss }).lr.length).toBeGreaterThan(90);
    }
  });

  test("never throw, and lie in the sweep's range", () => {
    const losses = fc.array(
      fc.oneof({ weight: 20, arbitrary: fc.double({ min: -5, max: 5 }) }, { weight: 1, arbitrary: fc.double() }),
      { minLength: 1, maxLength: 80 },
    );
    fc.assert(
      fc.property(losses, fc.nat(100), (loss, missing) => {
        const lr = exponential(loss.length);
        const { chosen, refusal, suggestions, curve } = suggestLearningRates({
          lr,
          loss,
          steps: loss.length + missing,
        });
        expect([...curve.loss, ...curve.smoothed].every(Number.isFinite)).toBe(true);
        expect(chosen === null).toBe(refusal !== null);
        for (const suggestion of Object.values(suggestions)) {
          if (!suggestion) continue;
          expect(suggestion.lr).toBeGreaterThanOrEqual((lr[0] as number) / 10);
          expect(suggestion.lr).toBeLessThanOrEqual(lr.at(-1) as number);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("state their reason", () => {
    const curve = lossCurve(smooth);
    const whys = Object.fromEntries(METHOD_NAMES.map((method) => [method, METHODS[method](curve)?.why]));
    expect(whys).toEqual({
      steepest: "the moving average of the loss falls fastest, per factor of e in the rate, at 0.055",
      minimum: "a tenth of 1.9, where the moving average of the loss is lowest",
      valley: "the middle of the longest fall of the moving average of the loss, from 6.4e-7 to 1.9",
      slide: "from 0.031 up, the slope of the moving average changes by more than 0.005 in 15 steps",
      surmenok: "the loss falls fastest, averaged over 4 steps, at 0.015",
    });
    expect(surmenok(curve, { sma: 1 })?.why).toMatch(/^the loss falls fastest, from one step to the next, at /);
    expect(slide(curve, { thresh: 1 })?.why).toBe(
      "the slope of the moving average changes by 1 or less in the last 15 steps considered, from 0.2",
    );
    const [whole, half] = [slide(curve), slide(curve, { adjustValue: 0.5 })];
    expect(half).toEqual({ lr: (whole?.lr as number) / 2, why: `0.5 times the rate where ${whole?.why}` });
  });

  test.each([
    [0.0123, "0.012"],
    [0.00099, "9.9e-4"],
    [0.000999, "0.001"],
    [3.16e-5, "3.2e-5"],
    [1e-7, "1e-7"],
    [0.1 + 0.2, "0.3"],
    [1, "1"],
    [12.7, "13"],
    [9960, "1e+4"],
  ])("%d reads as %s", (lr, text) => expect(formatRate(lr)).toBe(text));

  test("suggestLearningRates chooses consensus", () => {
    const { chosen, suggestions, refusal, curve } = suggestLearningRates(noisy);
    expect(curve).toEqual(lossCurve(noisy));
    expect(chosen).toBe(suggestions.consensus);
    expect(refusal).toBeNull();
    for (const method of METHOD_NAMES) expect(suggestions[method]).toEqual(METHODS[method](curve));
  });

  test("suggestLearningRates chooses none for a rising loss, and gives the reason", () => {
    const { chosen, refusal } = suggestLearningRates(caseNamed("rises all the way"));
    expect(chosen).toBeNull();
    expect(refusal).toMatch(/\w/);
  });

  test("suggestLearningRates accepts a record, a curve or several records, with options", () => {
    const options = { smoothing: 0.5 };
    const ours = suggestLearningRates(noisy, options);
    expect(ours.curve).toEqual(lossCurve(noisy, options));
    expect(suggestLearningRates(lossCurve(noisy, options))).toEqual(ours);
    expect(suggestLearningRates([noisy], options)).toEqual(ours);
    expect(suggestLearningRates([noisy, smooth], options).curve).toEqual(combineCurves([noisy, smooth], options));
  });
});

describe("curves of several seeds", () => {
  const losses = fc.array(
    fc.oneof(
      { weight: 12, arbitrary: fc.double({ min: -9, max: 9, noNaN: true }) },
      { weight: 1, arbitrary: fc.double() },
    ),
    { minLength: 1, maxLength: 20 },
  );
  const seeds = fc.array(
    losses.map((loss): RangeTest => ({ lr: exponential(loss.length), loss })),
    { minLength: 1, maxLength: 6 },
  );

  test("the order of the seeds does not matter", () => {
    const shuffled = seeds.chain((tests) =>
      fc.tuple(fc.constant(tests), fc.shuffledSubarray(tests, { minLength: tests.length })),
    );
    fc.assert(
      fc.property(shuffled, ([tests, others]) => {
        expect(combineCurves(others)).toEqual(combineCurves(tests));
      }),
      { seed: 1 },
    );
  });

  test("one seed gives its own curve, and so do several equal ones", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 5 }), ([test], copies) => {
        const own = lossCurve(test as RangeTest);
        expect(combineCurves([test as RangeTest])).toEqual(own);
        const { lr, loss, smoothed, low, high, stop } = combineCurves(Array(copies).fill(test));
        expect({ lr, loss, smoothed }).toEqual({ lr: own.lr, loss: own.loss, smoothed: own.smoothed });
        expect([low, high]).toEqual([own.smoothed, own.smoothed]);
        expect(stop === undefined).toBe(own.stop === undefined);
      }),
      { seed: 1 },
    );
  });

  test("the band contains the median and lies between the seeds", () => {
    fc.assert(
      fc.property(seeds, (tests) => {
        const curves = tests.map((test) => lossCurve(test));
        const { smoothed, low = smoothed, high = smoothed } = combineCurves(tests);
        for (const [i, median] of smoothed.entries()) {
          const values = curves.map((curve) => curve.smoothed[i] ?? Number.POSITIVE_INFINITY);
          const order = [Math.min(...values), low[i], median, high[i], Math.max(...values)] as number[];
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
      }),
      { seed: 1 },
    );
  });

  test("median and quartiles equal NumPy's, and the curve ends with half of the seeds", () => {
    const test = (...loss: number[]): RangeTest => ({ lr: exponential(4).slice(0, loss.length), loss });
    const wrong = Number.NaN;
    const four = [test(1, 1, 1, 1), test(2, 2, 2), test(4, 3, wrong, wrong), test(9, Number.POSITIVE_INFINITY)];
    const none = Number.POSITIVE_INFINITY;
    expect(combineCurves(four, { smoothing: 0 })).toMatchObject({
      lr: exponential(2),
      loss: [3, 2.5],
      smoothed: [3, 2.5],
      low: [1.75, 1.75],
      high: [5.25, none],
      steps: 4,
      stop: { step: 2, cause: "diverged", reason: "at least half of the 4 seeds have diverged" },
    });
    const three = combineCurves(four.slice(0, 3), { smoothing: 0 });
    expect(three.loss).toEqual([2, 2, 2]);
    expect(three.stop?.step).toBe(3);
    expect(combineCurves(four.slice(0, 2)).stop?.step).toBe(3);
  });

  test("a loss that is not finite is excluded from its step's median, and a step without finite losses is excluded", () => {
    const test = (...loss: number[]): RangeTest => ({ lr: exponential(4), loss });
    const one = combineCurves([test(1, 1, 1, 1), test(2, Number.NaN, 2, 2), test(5, 5, 5, 5)], { smoothing: 0 });
    expect([one.loss, one.skipped, one.stop]).toEqual([[2, 3, 2, 2], 1, undefined]);
    const all = combineCurves([test(1, Number.NaN, 1, 1), test(2, Number.NaN, 2, 2)], { smoothing: 0 });
    expect([all.loss, all.skipped]).toEqual([[1.5, 1.5, 1.5], 2]);
    expect(all.lr).toEqual(exponential(4).filter((_, step) => step !== 1));
  });
});

// biome-ignore lint/suspicious/noExplicitAny: wrong arguments are the point
type Wrong = any;
const curve = curveOf([3, 2, 1]);
const two = (lr: readonly number[]): RangeTest[] => [
  { lr: [1, 2, 3], loss: [1, 1, 1] },
  { lr, loss: lr },
];

test.each<readonly [what: string, act: () => unknown, message: string]>([
  [
    "no lists",
    () => lossCurve({ lrs: [1], losses: [1] } as Wrong),
    "range test: expected { lr, loss }, a list of rates",
  ],
  ["lengths", () => lossCurve({ lr: [1, 2], loss: [1] }), "2 rates but 1 losses: expected one loss for each rate"],
  ["empty", () => lossCurve({ lr: [], loss: [] }), "range test: it has no steps: expected at least one"],
  ["a rate of 0", () => lossCurve({ lr: [0, 1], loss: [1, 1] }), "range test: lr[0] = 0: expected a positive number"],
  ["a rate of NaN", () => lossCurve({ lr: [1, Number.NaN], loss: [1, 1] }), "lr[1] = NaN: expected a positive number"],
  [
    "an infinite rate",
    () => lossCurve({ lr: [1, Number.POSITIVE_INFINITY], loss: [1, 1] }),
    "lr[1] = Infinity: expected a positive number",
  ],
  [
    "a rate twice",
    () => lossCurve({ lr: [1, 2, 2], loss: [1, 1, 1] }),
    "range test: lr[2] = 2 after 2: expected rates that rise with every step",
  ],
  ["a falling rate", () => lossCurve({ lr: [2, 1], loss: [1, 1] }), "lr[1] = 1 after 2: expected rates that rise"],
  [
    "a loss from JSON",
    () => lossCurve({ lr: [1, 2], loss: [1, null] } as Wrong),
    "range test: loss[1] = null: expected a number; one that diverged may be NaN",
  ],
  [
    "steps that are fewer than recorded",
    () => lossCurve({ lr: [1, 2], loss: [1, 1], steps: 1 }),
    "range test: steps = 1: expected a whole number, at least the 2 recorded",
  ],
  ["smoothing", () => lossCurve(caseNamed("smooth"), { smoothing: 1 }), "smoothing = 1: expected a number in [0, 1)"],
  ["a factor", () => lossCurve(caseNamed("smooth"), { factor: 1 }), "stopRule: factor = 1: expected a number above 1"],
  ["a grace", () => stopRule({ grace: 1.5 }), "stopRule: grace = 1.5: expected a whole number of steps, 0 or more"],
  ["an sma", () => surmenok(curve, { sma: 0 }), "surmenok: sma = 0: expected a whole number of steps, 1 or more"],
  ...(
    [
      [{ lrDiff: 0 }, "lrDiff = 0: expected a whole number of steps, 1 or more"],
      [{ thresh: Number.NaN }, "thresh = NaN: expected a number, 0 or more"],
      [{ adjustValue: 0 }, "adjustValue = 0: expected a positive number"],
    ] satisfies [SlideOptions, string][]
  ).map(([options, message]) => ["slide", () => slide(curve, options), `slide: ${message}`] as const),
  ["no seeds", () => suggestLearningRates([]), "combineCurves: no range tests: expected at least one"],
  [
    "other rates",
    () => combineCurves(two([1, 2.5])),
    "combineCurves: test 1 has lr[1] = 2.5 where another has 2: expected the same sweep for every seed",
  ],
  [
    "a seed that is wrong by itself",
    () => combineCurves(two([-1])),
    "range test: lr[0] = -1: expected a positive number",
  ],
])("error: %s", (_, act, message) => expect(act).toThrow(message));
