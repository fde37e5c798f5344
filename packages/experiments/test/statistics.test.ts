import {
  criticalValue,
  digamma,
  inverseTrigamma,
  logGamma,
  meanOf,
  pValue,
  trigamma,
} from "@downhill/train/statistics";
import { describe, expect, test } from "vitest";
import { moderate } from "../src/statistics/moderated-variance.ts";
import { comparePairs, type Pair } from "../src/statistics/pairs.ts";
import { verdict } from "../src/statistics/verdict.ts";
import { normals } from "./normals.ts";

describe("special functions", () => {
  const EULER = 0.5772156649015329;
  test.each([
    ["logGamma(0.5)", logGamma(0.5), Math.log(Math.PI) / 2],
    ["logGamma(10)", logGamma(10), Math.log(362_880)],
    ["digamma(1)", digamma(1), -EULER],
    ["digamma(0.5)", digamma(0.5), -EULER - 2 * Math.LN2],
    ["trigamma(1)", trigamma(1), Math.PI ** 2 / 6],
    ["trigamma(0.5)", trigamma(0.5), Math.PI ** 2 / 2],
    ["inverseTrigamma(trigamma(0.01))", inverseTrigamma(trigamma(0.01)), 0.01],
    ["inverseTrigamma(trigamma(300))", inverseTrigamma(trigamma(300)), 300],
    // Tables of Student's t distribution.
    ["t, 1 degree", criticalValue(0.05, 1), 12.706204736],
    ["t, 2 degrees", criticalValue(0.05, 2), 4.302652729911],
    ["t, 9 degrees", criticalValue(0.05, 9), 2.262157162798],
    ["t, 9 degrees, 99.9 %", criticalValue(0.001, 9), 4.780912585931],
    ["normal", criticalValue(0.05, Infinity), 1.95996398454],
    ["p of t = 1, 1 degree", pValue(1, 1), 0.5],
    ["p of t = -2, 2.5 degrees", pValue(criticalValue(0.2, 2.5), 2.5), 0.2],
    ["p of t = 0", pValue(0, 3), 1],
  ])("%s", (_, value, expected) => {
    expect(Math.abs(value / expected - 1)).toBeLessThan(1e-6);
  });
});

const SIMULATIONS = 1000;
const repeat = (simulate: () => boolean): number => {
  let count = 0;
  for (let i = 0; i < SIMULATIONS; i++) if (simulate()) count++;
  return count / SIMULATIONS;
};
const make = <T>(length: number, item: (i: number) => T): T[] => Array.from({ length }, (_, i) => item(i));

describe("intervals cover the truth in 93 to 97 % of 1,000 simulations", () => {
  const covers = (interval: readonly [number, number] | null, truth: number): boolean =>
    interval !== null && interval[0] <= truth && truth <= interval[1];
  test.each([3, 5, 10])("mean over %i seeds", (seeds) => {
    const normal = normals(`mean ${seeds}`);
    const share = repeat(() => covers(meanOf(make(seeds, () => 0.8 + 0.01 * normal())).interval, 0.8));
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(0.97);
  });
  test.each([
    [3, 0, 1],
    [5, 0, 1],
    [10, 0, 1],
    [3, 2, 1],
    [5, 2, 1],
    [10, 2, 1],
    [3, 0, 4],
    [10, 0, 4],
  ])("difference over %i seeds, seed effect %f, noise ratio %f", (seeds, effect, ratio) => {
    const normal = normals(`difference ${seeds} ${effect} ${ratio}`);
    const share = repeat(() => {
      const common = make(seeds, () => effect * normal());
      const a = common.map((c) => 3 + c + normal());
      const b = common.map((c) => 1 + c + ratio * normal());
      return covers((comparePairs([a, b])[0] as Pair).difference.interval, 2);
    });
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(0.97);
  });
});

describe("equal entrants are declared different in at most 5 % of races", () => {
  type Race = (normal: () => number, seeds: number) => { scores: number[][]; equal: number };
  const RACES: readonly (readonly [string, Race])[] = [
    [
      "two equal of ten, one noise",
      (n, s) => ({ scores: make(10, (e) => make(s, () => (e < 2 ? 0 : 5 * e) + n())), equal: 2 }),
    ],
    ["ten equal, one noise", (n, s) => ({ scores: make(10, () => make(s, n)), equal: 10 })],
    [
      "ten equal, with an effect of the seed",
      (n, s) => {
        const effects = make(s, () => 3 * n());
        return { scores: make(10, () => effects.map((effect) => effect + n())), equal: 10 };
      },
    ],
    [
      "ten equal, noise from 0.1 to 3",
      (n, s) => ({ scores: make(10, (e) => make(s, () => 0.1 * 30 ** (e / 9) * n())), equal: 10 }),
    ],
    [
      "two noisy equal ones, and quiet ones apart",
      (n, s) => ({ scores: make(10, (e) => make(s, () => (e < 2 ? 3 * n() : 10 * e + 0.2 * n()))), equal: 2 }),
    ],
    ["three equal, one noise", (n, s) => ({ scores: make(3, () => make(s, n)), equal: 3 })],
  ];
  test.each(RACES.flatMap(([name, race]) => [3, 5].map((seeds) => [name, seeds, race] as const)))(
    "%s, %i seeds",
    (name, seeds, race) => {
      const normal = normals(`${name} ${seeds}`);
      const share = repeat(() => {
        const { scores, equal } = race(normal, seeds);
        return comparePairs(scores).some(({ a, b, isDifferent }) => isDifferent && a < equal && b < equal);
      });
      // One standard error of a share of 5 % in 1,000 simulations is 0.7 %.
      expect(share).toBeLessThan(0.06);
    },
  );

  test.each([
    [5, 0.99],
    [3, 0.5],
  ])("with %i seeds of six entrants, more than %f of clear differences are found", (seeds, least) => {
    const normal = normals(`power ${seeds}`);
    let found = 0;
    for (let i = 0; i < 200; i++) {
      const pairs = comparePairs(make(6, (e) => make(seeds, () => (e === 0 ? 8 : 0) + normal())));
      found += pairs.filter(({ a, isDifferent }) => a === 0 && isDifferent).length / 5;
    }
    expect(found / 200).toBeGreaterThan(least);
  });
});

describe("degenerate scores", () => {
  test("equal scores are not different, constant ones are", () => {
    const pairs = comparePairs([
      [1, 1, 1],
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(pairs.map(({ isDifferent }) => isDifferent)).toEqual([false, true, true]);
  });
  test("one seed has no p-value, no entrants no pairs", () => {
    expect(comparePairs([[1], [2]])).toEqual([
      { a: 0, b: 1, difference: { mean: -1, deviation: null, interval: null }, p: null, isDifferent: false },
    ]);
    expect(comparePairs([[1, 2]])).toEqual([]);
    expect(comparePairs([])).toEqual([]);
  });
  test("variances above the typical one stay", () => {
    const [quiet, same, noisy] = moderate([0.01, 1, 100], 2, 6);
    expect(noisy).toEqual({ variance: 100, freedom: 2 });
    expect(quiet?.variance).toBeGreaterThan(0.01);
    expect(quiet?.freedom).toBeGreaterThan(2);
    expect(same?.freedom).toBeLessThanOrEqual(6);
  });
});

describe("verdicts", () => {
  const differing = (...pairs: readonly (readonly [number, number])[]): Pair[] =>
    pairs.map(([a, b]) => ({ a, b, difference: meanOf([1, 2]), p: 0.01, isDifferent: true }));
  const entrants = (...scores: readonly number[]) => scores.map((score, i) => ({ name: "abcdef"[i] as string, score }));
  test.each([
    ["none", entrants(3, 2, 1), differing(), 3, "No two of the 3 entrants can be told apart with 3 seeds."],
    ["none of two", entrants(1, 2), differing(), 5, "b and a cannot be told apart with 5 seeds."],
    ["one winner", entrants(1, 9, 2), differing([0, 1], [1, 2]), 3, "b is better than all others: c and a."],
    ["one winner of two", entrants(1, 9), differing([0, 1]), 3, "b is better than a."],
    [
      "two winners",
      entrants(9, 8, 1),
      differing([0, 2], [1, 2]),
      3,
      "a and b cannot be told apart. Both are better than c.",
    ],
    [
      "three winners",
      entrants(9, 8, 7, 1),
      differing([0, 3], [1, 3], [2, 3]),
      3,
      "a, b and c cannot be told apart. All of them are better than d.",
    ],
    [
      "overlapping groups",
      entrants(9, 8, 7, 1),
      differing([0, 2], [0, 3], [1, 3]),
      3,
      "a and b cannot be told apart. Both are better than d. a is better than c; for the others of the best this is not certain.",
    ],
    [
      "a noisy best",
      entrants(9, 8, 1),
      differing([1, 2]),
      3,
      "a has the best mean, but cannot be told apart from any other. b is better than c.",
    ],
    [
      "one seed",
      entrants(1, 2),
      differing(),
      1,
      "b has the best result, but one seed does not show whether the difference is chance.",
    ],
    ["one entrant", entrants(1), differing(), 3, "There is nothing to compare: fewer than two entrants have results."],
  ])("%s", (_, named, pairs, seeds, text) => {
    expect(verdict(named, pairs, seeds)).toBe(text);
  });
});
