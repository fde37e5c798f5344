import { describe, expect, test } from "vitest";
import { bestRate, goodRates, nextRate, type TriedRate } from "../src/index.ts";

/** Loss of a rate: a valley whose minimum is at `best`, and divergence beyond a factor of it. */
const valley =
  (best: number, divergence: number) =>
  (lr: number): number | null =>
    lr > best * divergence ? null : 0.3 + 0.2 * Math.log10(lr / best) ** 2;

/** Runs the search of an entrant. */
function search(first: number, lossOf: (lr: number) => number | null, trainings: number): TriedRate[] {
  const tried: TriedRate[] = [];
  for (let i = 0; i < trainings; i++) {
    const lr = nextRate(first, tried);
    tried.push({ lr, loss: lossOf(lr) });
  }
  return tried;
}

describe("the search for a rate", () => {
  test.each([
    ["starts at the best rate", 0.1, 0.1, 10],
    ["starts too low", 0.1, 0.003, 100],
    ["starts too high", 0.1, 2, 100],
    ["starts where trainings diverge", 0.1, 0.5, 3],
    ["has its best rate next to divergence", 0.1, 0.05, 1.2],
  ])("finds a good rate if it %s", (_, best, first, divergence) => {
    const lossOf = valley(best, divergence);
    const found = bestRate(search(first, lossOf, 6)) as number;
    expect((lossOf(found) as number) / 0.3).toBeLessThan(1.06);
    expect(goodRates(search(first, lossOf, 6))?.low).toBeLessThanOrEqual(found);
    expect(goodRates(search(first, lossOf, 6))?.high).toBeGreaterThanOrEqual(found);
  });

  test("tries the suggestion, then half a decade up and down, then closer, each rate once", () => {
    const tried = search(0.1, valley(0.12, 1000), 6).map(({ lr }) => lr);
    expect(tried).toEqual([0.1, 0.316, 0.0316, 0.178, 0.0562, 0.133]);
  });

  test("goes down by decades while all trainings diverge", () => {
    const tried = search(1, () => null, 5);
    expect(tried.map(({ lr }) => lr)).toEqual([1, 3.16, 0.316, 0.0316, 0.00316]);
    expect([bestRate(tried), goodRates(tried)]).toEqual([null, null]);
  });

  test("the minimum of a parabola through three rates is exact", () => {
    const lossOf = valley(0.07, 1000);
    const tried = [0.01, 0.1, 1].map((lr) => ({ lr, loss: lossOf(lr) }));
    expect(bestRate(tried)).toBe(0.07);
  });

  test.each([
    ["one rate", [[0.1, 1]], 0.1, [0.1, 0.1, true, true]],
    [
      "equal losses",
      [
        [0.1, 1],
        [0.2, 1],
      ],
      0.1,
      [0.1, 0.2, true, true],
    ],
    [
      "divergence above",
      [
        [0.1, 1],
        [0.2, null],
      ],
      0.1,
      [0.1, 0.1, true, false],
    ],
    [
      "a crossing above",
      [
        [0.1, 1],
        [1, 1.2],
      ],
      0.1,
      [0.1, 0.1 * 10 ** 0.5, true, false],
    ],
  ] as const)("the good rates of %s", (_, rates, best, [low, high, isOpenLow, isOpenHigh]) => {
    const tried = rates.map(([lr, loss]) => ({ lr, loss }));
    expect(bestRate(tried)).toBe(best);
    const good = goodRates(tried);
    expect(good).toMatchObject({ isOpenLow, isOpenHigh });
    expect(good?.low).toBeCloseTo(low, 12);
    expect(good?.high).toBeCloseTo(high, 12);
  });
});
