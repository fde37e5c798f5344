import { describe, expect, test } from "vitest";
import { wilsonInterval } from "../src/evaluation/interval.ts";
import { logSoftmax, Scores } from "../src/evaluation/scores.ts";
import { fc } from "./property.ts";

const CLASSES = 7;

/** Logits of some images with their labels. */
const judged = fc.array(
  fc.record({
    logits: fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: CLASSES, maxLength: CLASSES }),
    label: fc.integer({ min: 0, max: CLASSES - 1 }),
  }),
  { minLength: 1, maxLength: 40 },
);

const scoresOf = (rows: readonly { logits: readonly number[]; label: number }[], batch = rows.length) => {
  const scores = new Scores(CLASSES);
  for (let from = 0; from < rows.length; from += batch) {
    const part = rows.slice(from, from + batch);
    const logits = Float32Array.from(part.flatMap((row) => row.logits));
    scores.add(
      logSoftmax(logits, CLASSES),
      Int32Array.from(part, (row) => row.label),
      from,
    );
  }
  return scores.result();
};

describe("scores", () => {
  test("by hand: two images of three classes", () => {
    const scores = new Scores(3);
    const [a, b, c] = [0.7, 0.2, 0.1].map(Math.log) as [number, number, number];
    scores.add(Float64Array.of(a, b, c, b, a, c), Int32Array.of(0, 2), 10);
    const result = scores.result();
    expect(result).toMatchObject({
      images: 2,
      accuracy: 0.5,
      top5: 1,
      perClass: [1, null, 0],
      confusion: [
        [1, 0, 0],
        [0, 0, 0],
        [0, 1, 0],
      ],
      mistakes: [{ index: 11, label: 2, predicted: 1 }],
    });
    expect(result.loss).toBeCloseTo((-Math.log(0.7) - Math.log(0.1)) / 2, 12);
    // Both are in one bin, sure to 0.7, and right in half.
    expect(result.calibrationError).toBeCloseTo(0.2, 12);
    expect(result.mistakes[0]?.probability).toBeCloseTo(0.7, 12);
  });

  test("the figures agree with one another, and do not depend on the batches", () => {
    fc.assert(
      fc.property(judged, fc.integer({ min: 1, max: 40 }), (rows, batch) => {
        const result = scoresOf(rows, batch);
        const whole = scoresOf(rows);
        expect({ ...result, loss: 0, calibrationError: 0, calibration: [] }).toEqual({
          ...whole,
          loss: 0,
          calibrationError: 0,
          calibration: [],
        });
        expect(result.loss).toBeCloseTo(whole.loss, 10);
        const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
        expect(sum(result.confusion.flat())).toBe(rows.length);
        expect(sum(result.confusion.map((row, k) => row[k] as number)) / rows.length).toBe(result.accuracy);
        expect(result.mistakes.length).toBe(Math.min(48, rows.length - Math.round(result.accuracy * rows.length)));
        expect(sum(result.calibration.map((bin) => bin.count))).toBe(rows.length);
        expect(result.top5).toBeGreaterThanOrEqual(result.accuracy);
        for (const [i, mistake] of result.mistakes.entries()) {
          if (i > 0) expect(mistake.loss).toBeLessThanOrEqual((result.mistakes[i - 1] as { loss: number }).loss);
        }
      }),
    );
  });

  test("top 5 counts images whose class at most four others beat", () => {
    const distinct = fc.record({
      logits: fc.shuffledSubarray([-3, -1, 0, 2, 4, 5, 9], { minLength: CLASSES }),
      label: fc.integer({ min: 0, max: CLASSES - 1 }),
    });
    fc.assert(
      fc.property(fc.array(distinct, { minLength: 1 }), (rows) => {
        const inTop5 = rows.filter(({ logits, label }) =>
          [...logits]
            .sort((a, b) => b - a)
            .slice(0, 5)
            .includes(logits[label] as number),
        );
        expect(scoresOf(rows).top5).toBe(inTop5.length / rows.length);
      }),
    );
  });

  test("of classes that are equally likely, the first is the likelier one", () => {
    const scores = new Scores(6);
    scores.add(new Float64Array(12).fill(Math.log(1 / 6)), Int32Array.of(4, 5), 0);
    expect(scores.result()).toMatchObject({ accuracy: 0, top5: 0.5, mistakes: [{ predicted: 0 }, { predicted: 0 }] });
  });
});

test("log-softmax is safe at logits of a thousand, and sums to 1", () => {
  const values = logSoftmax(Float32Array.of(1000, 0, -1000, 0, 0, 0), 3);
  expect([...values]).toEqual([0, -1000, -2000, -Math.log(3), -Math.log(3), -Math.log(3)]);
});

// statsmodels.stats.proportion.proportion_confint(count, n, method="wilson")
test.each([
  [50, 100, 0.4038315, 0.5961685],
  [0, 10, 0, 0.2775328],
  [10, 10, 0.7224672, 1],
  [9190, 10_000, 0.9134936, 0.9241854],
])("Wilson's interval of %i right of %i", (right, count, low, high) => {
  const [from, to] = wilsonInterval(right / count, count);
  expect(from).toBeCloseTo(low, 4);
  expect(to).toBeCloseTo(high, 4);
});
