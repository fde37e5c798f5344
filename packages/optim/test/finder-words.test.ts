import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatRate } from "../src/suggestions/format.ts";
import { type LossCurve, type RangeTest, suggestLearningRates } from "../src/suggestions/index.ts";

/** A range test whose losses are wrong, as NaN, at some steps. */
const STEPS = 120;
const lr = Array.from({ length: STEPS }, (_, i) => 1e-7 * 10 ** ((8 * i) / (STEPS - 1)));
const random = (i: number): number => (1e4 * Math.abs(Math.sin(12.9898 * i + 78.233))) % 1;
const noise = (i: number): number => 0.04 * (random(i) - 0.5);
/** Falls from 2.3 to 0.8 around 1e-3, and diverges at 1. */
const good = lr.map((rate, i) => 0.8 + 1.5 / (1 + rate / 1e-3) + 3 * rate ** 2 + noise(i));
const wrongAt = (steps: readonly number[], wrong = Number.NaN): number[] =>
  good.map((loss, i) => (steps.includes(i) ? wrong : loss));
const shaped = (loss: (place: number, i: number) => number): number[] => lr.map((_, i) => loss(i / (STEPS - 1), i));

const short = (loss: number): string => String(Number(loss.toPrecision(3)));

/** Checks every statement of the texts against the curve. Returns the number of statements. */
function check(words: string, curve: LossCurve, record: RangeTest): number {
  const { trend = [], lr: rates, loss, lowest, stop, skipped = 0 } = curve;
  const bottom = trend.indexOf(Math.min(...trend));
  const [first, half] = [trend[0] as number, ((trend[0] as number) + (trend[bottom] as number)) / 2];
  const after = trend.slice(bottom + 1);
  const at = (text: string): number => Number(text);
  const isNear = (text: string, rate: number): void => expect(text).toBe(formatRate(rate));
  const statements: readonly (readonly [RegExp, (found: string[]) => void])[] = [
    [
      /loss falls from (\S+) to (\S+) at (\S+) and/,
      ([from, to, rate]) => {
        expect([from, to]).toEqual([short(first), short(lowest?.loss as number)]);
        expect(lowest).toEqual({ lr: rates[bottom], loss: trend[bottom] });
        isNear(rate as string, rates[bottom] as number);
      },
    ],
    [
      /has lost half of that again at ([\d.e+-]+\d)/,
      ([edge]) => {
        const next = bottom + 1 + after.findIndex((value) => value >= half);
        expect(next).toBeGreaterThan(bottom);
        expect(at(edge as string)).toBeGreaterThanOrEqual(at(formatRate(rates[next - 1] as number)));
        expect(at(edge as string)).toBeLessThanOrEqual(at(formatRate(rates[next] as number)));
      },
    ],
    [
      /diverges at ([\d.e+-]+\d):/,
      ([edge]) => {
        expect(stop).toBeDefined();
        isNear(edge as string, rates.at(-1) as number);
      },
    ],
    [
      /does not lose half of that again|does not rise again/,
      () => expect(after.every((value) => value < half)).toBe(true),
    ],
    [
      /began too high: the loss falls from (\S+) on/,
      ([from]) => {
        isNear(from as string, rates[0] as number);
        const halfway = trend.findIndex((value) => value <= half);
        expect((rates[halfway] as number) / (rates[0] as number)).toBeLessThan(
          10 ** Math.max(1, 8 / (rates.length / 10)),
        );
      },
    ],
    [
      /the loss does not fall, and rises from (\S+) on/,
      ([from]) => {
        const start = rates.findIndex((rate) => formatRate(rate) === from);
        expect(Math.min(...trend.slice(start))).toBeGreaterThan(first);
      },
    ],
    [
      /starts at (\S+) and is (\S+) at best/,
      ([from, best]) => expect([from, best]).toEqual([short(first), short(lowest?.loss as number)]),
    ],
    [
      /diverged after (\d+) (?:of|loss)/,
      ([count]) => {
        expect(stop).toBeDefined();
        expect(loss).toHaveLength(Number(count));
      },
    ],
    [
      /the first losses are not finite/,
      () => expect([record.loss[0], record.loss[1] ?? Number.NaN].some(Number.isFinite)).toBe(false),
    ],
    [
      /the loss diverges at (\S+), less/,
      ([edge]) => expect(at(edge as string)).toBeLessThan(10.5 * (rates[0] as number)),
    ],
    [/(\d+) loss(?:es)? (?:is|are) too few/, ([count]) => expect(loss).toHaveLength(Number(count))],
  ];
  const end = stop?.cause === "non-finite" ? stop.step : loss.length + skipped;
  const notFinite = Array.from(record.loss)
    .slice(0, end)
    .filter((value) => !Number.isFinite(value));
  expect(skipped).toBe(notFinite.length);
  let made = 0;
  for (const [pattern, holds] of statements) {
    const found = pattern.exec(words);
    if (!found) continue;
    made++;
    holds(found.slice(1));
  }
  return made;
}

describe("the sentences about a curve", () => {
  test.each<[what: string, loss: readonly number[], refused: RegExp | null, skipped: number]>([
    ["a good curve", good, null, 0],
    ["NaN at step 0", wrongAt([0]), null, 1],
    ["NaN at step 20", wrongAt([20]), null, 1],
    ["NaN where the loss is lowest", wrongAt([85]), null, 1],
    ["Infinity at step 20", wrongAt([20], Number.POSITIVE_INFINITY), null, 1],
    ["every tenth NaN", wrongAt(lr.flatMap((_, i) => (i % 10 === 3 ? [i] : []))), null, 12],
    ["NaN at the end", wrongAt([STEPS - 1]), null, 0],
    ["two NaNs in a row at 20", wrongAt([20, 21]), /^the sweep began too high: the loss diverged after 20 of 120/, 0],
    ["two NaNs in a row after the fall", wrongAt([100, 101]), null, 0],
    ["two NaNs in a row at the start", wrongAt([0, 1]), /^the first losses are not finite/, 0],
    ["all NaN", shaped(() => Number.NaN), /^the first losses are not finite/, 0],
    [
      "only the first finite",
      shaped((_, i) => (i === 0 ? 2.3 : Number.NaN)),
      /too high: the loss diverged after 1 loss;/,
      0,
    ],
    ["monotone falling", shaped((place) => 2.3 - place), /^the sweep ended too low/, 0],
    [
      "monotone rising",
      shaped((place) => 2.3 + place),
      /^the sweep began too high: the loss does not fall, and rises/,
      0,
    ],
    ["flat", shaped(() => 2.3), /^the loss never falls by more than its noise/, 0],
    ["noise", shaped((_, i) => 2.3 + 10 * noise(i)), /^the loss never falls by more than its noise/, 0],
    [
      "flat, then rising",
      shaped((place) => 2.3 + Math.max(0, place - 0.4)),
      /^the sweep began too high: .* rises from/,
      0,
    ],
  ])("%s", (_, loss, refused, skipped) => {
    const { chosen, refusal, curve } = suggestLearningRates({ lr, loss });
    expect(curve.skipped ?? 0).toBe(skipped);
    if (refused) expect(refusal).toMatch(refused);
    else expect(chosen?.why).toMatch(/^the loss falls from 2\.\d+ to \S+ at /);
    expect(check(refusal ?? (chosen?.why as string), curve, { lr, loss })).toBeGreaterThan(0);
  });

  test("one bad loss moves the suggestion by less than a step", () => {
    const rate = (loss: readonly number[]): number => suggestLearningRates({ lr, loss }).chosen?.lr as number;
    for (const step of [0, 20, 60, 85])
      expect(Math.abs(Math.log10(rate(wrongAt([step])) / rate(good)))).toBeLessThan(0.07);
  });

  test("hold on the plotted curve for any losses", () => {
    const part = fc.record({
      fall: fc.double({ min: -2, max: 2, noNaN: true }),
      at: fc.double({ min: -1, max: 9, noNaN: true }),
      rise: fc.double({ min: 0, max: 3, noNaN: true }),
      level: fc.double({ min: 0, max: 0.5, noNaN: true }),
      wrong: fc.array(fc.tuple(fc.nat(119), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY)), { maxLength: 6 }),
      length: fc.integer({ min: 1, max: 120 }),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(part, ({ fall, at, rise, level, wrong, length, seed }) => {
        const rates = lr.slice(0, length);
        const loss = rates.map((_, i) => {
          const decade = (8 * i) / (STEPS - 1);
          const jitter = level * (random(i + 200 * seed) - 0.5);
          return 2.3 - fall / (1 + 10 ** (at - decade)) + rise * 10 ** (decade - 8) + jitter;
        });
        for (const [step, value] of wrong) if (step < length) loss[step] = value;
        const record = { lr: rates, loss };
        const { chosen, refusal, curve } = suggestLearningRates(record);
        expect(check(refusal ?? (chosen?.why as string), curve, record)).toBeGreaterThan(0);
      }),
      { seed: 1, numRuns: 200 },
    );
  }, 180_000);
});
