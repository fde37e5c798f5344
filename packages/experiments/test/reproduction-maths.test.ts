import { expect, test } from "vitest";
import { bestCell, type Grid, regretOfSeparateSearch, tiltOf } from "../src/reproductions/adamw/basin.ts";
import { bestOfUntuned, leadersOf } from "../src/reproductions/crowded-valley/claims.ts";
import type { Entry } from "../src/reproductions/crowded-valley/trials.ts";
import { agrees, countUpdates } from "../src/reproductions/increase-batch-size/update-counts.ts";
import { fitTradeOff } from "../src/reproductions/noise-scale/critical-batch.ts";
import { explainedBy } from "../src/reproductions/noise-scale/equal-noise.ts";
import { rankCorrelation, ranksOf } from "../src/reproductions/statistics.ts";

test("the schedules take the numbers of updates that the batch sizes of arXiv 1711.00489 require", () => {
  const counts = countUpdates();
  // Epochs times images over batch size, by hand.
  expect(counts.map(({ updates }) => updates)).toEqual([
    (200 * 50_000) / 128,
    Math.round((60 * 50_000) / 128 + (140 * 50_000) / 640),
    Math.round((60 * 50_000) / 128 + (60 * 50_000) / 640 + (40 * 50_000) / 3200 + (40 * 50_000) / 5120),
    Math.round((60 * 50_000) / 640 + (60 * 50_000) / 3200 + (80 * 50_000) / 5120),
    Math.round((60 * 50_000) / 3200 + (140 * 50_000) / 5120),
  ]);
  expect(counts.map(({ updates }) => updates)).toEqual([78_125, 34_375, 29_141, 6406, 2305]);
  expect(counts.every(agrees)).toBe(true);
  expect(agrees({ paper: { relation: "about", updates: 29_000 }, updates: 29_600 })).toBe(false);
  expect(agrees({ paper: { relation: "below", updates: 6500 }, updates: 6501 })).toBe(false);
});

const RATES = [1, 2, 3, 4, 5].map((i) => 10 ** (-i / 2));
const DECAYS = [1, 2, 3, 4, 5, 6, 7].map((i) => 10 ** (-i / 2));
/** Makes a basin whose best decay moves by `tilt` decades for each decade of the rate. */
const basin = (tilt: number): Grid => ({
  rates: RATES,
  decays: DECAYS,
  errors: RATES.map((rate) =>
    DECAYS.map((decay) => {
      const [x, y] = [Math.log10(rate) + 1.5, Math.log10(decay) + 2];
      return 0.2 + 0.02 * x * x + 0.06 * (y - tilt * x) ** 2;
    }),
  ),
});

test.each([0, -0.5, -1])("the tilt of a basin is found: %d", (tilt) => {
  expect(tiltOf(basin(tilt))).toBeCloseTo(tilt, 1);
  expect(bestCell(basin(tilt))).toMatchObject({ at: [2, 3], error: 0.2 });
});

test("a search that tunes one after the other loses nothing in a straight basin", () => {
  expect(regretOfSeparateSearch(basin(0))).toBeCloseTo(0, 9);
  expect(regretOfSeparateSearch(basin(-1))).toBeGreaterThan(0.005);
});

test("the trade-off of updates and images is found", () => {
  const points = [8, 32, 128, 512].map((batchSize) => ({ batchSize, updates: 150 * (1 + 90 / batchSize) }));
  const { critical, least, residual } = fitTradeOff(points);
  expect(critical / 90).toBeCloseTo(1, 2);
  expect(least / 150).toBeCloseTo(1, 2);
  expect(residual).toBeLessThan(1e-3);
  const noisy = fitTradeOff(points.map((point, i) => ({ ...point, updates: point.updates * (i % 2 ? 2 : 1) })));
  expect(noisy.residual).toBeGreaterThan(0.1);
});

test("groups explain all, half or nothing of the variance", () => {
  const scores = [1, 2, 1, 2];
  const shareOf = (groups: readonly string[]): number =>
    explainedBy(scores.map((score, i) => ({ group: groups[i] as string, score })));
  expect(shareOf(["a", "b", "a", "b"])).toBe(1);
  expect(shareOf(["a", "a", "b", "b"])).toBe(0);
  expect(shareOf(["a", "b", "c", "c"])).toBe(0.5);
});

test("equal values share a rank, and rank correlation ignores scale", () => {
  expect(ranksOf([3, 1, 3, 2])).toEqual([3.5, 1, 3.5, 2]);
  expect(rankCorrelation([1, 2, 3], [10, 100, 1000])).toBeCloseTo(1);
  expect(rankCorrelation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1);
});

const entry = (optimizer: string, chosenBy: number, defaults: number, tuned: readonly number[]): Entry => ({
  optimizer,
  data: "sample",
  defaultRate: 0.1,
  tunedRate: 0.1,
  chosenBy,
  defaults: [defaults],
  tuned,
});

test("the best of several untuned optimizers is the mean over all choices", () => {
  const entries = [0.9, 0.5, 0.7, 0.1].map((accuracy, i) => entry(String(i), accuracy, accuracy - 0.01, [0]));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(bestOfUntuned(entries, 1)).toBeCloseTo(mean([0.9, 0.5, 0.7, 0.1]) - 0.01);
  expect(bestOfUntuned(entries, 2)).toBeCloseTo(mean([0.9, 0.9, 0.9, 0.7, 0.7, 0.5]) - 0.01);
  expect(bestOfUntuned(entries, 4)).toBeCloseTo(0.89);
});

test("leaders are the best optimizer and those that cannot be told apart from it", () => {
  const entries = [
    entry("adam", 0, 0, [0.9, 0.91, 0.9]),
    entry("sgd", 0, 0, [0.2, 0.21, 0.19]),
    entry("lion", 0, 0, [0.9, 0.9, 0.905]),
  ];
  expect(leadersOf({ data: "sample", entries })).toEqual(["adam", "lion"]);
});
