import { expect, test } from "vitest";
import { classMeans, classScores } from "../src/evaluation/class-scores.ts";
import { RankingScores, rankClass } from "../src/evaluation/ranking.ts";
import { fc } from "./property.ts";

test.each([
  // The example of scikit-learn's documentation: roc_auc_score 0.75, average_precision_score 0.83.
  ["scikit-learn's example", [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.75, 5 / 6],
  ["a perfect order", [1, 2, 3, 4], [0, 0, 1, 1], 1, 1],
  ["the reverse order", [4, 3, 2, 1], [0, 0, 1, 1], 0, (1 / 3 + 2 / 4) / 2],
  ["equal scores only", [1, 1, 1, 1, 1], [0, 1, 0, 1, 0], 0.5, 2 / 5],
  // Steps: 1 of 1 right, then a tie of one right and one wrong (2 of 3), then wrong, then right (3 of 5).
  ["ties", [9, 5, 5, 3, 1], [1, 1, 0, 0, 1], (2 + 1.5 + 0) / 6, (1 + 2 / 3 + 3 / 5) / 3],
  ["a score that is not a number ranks last", [Number.NaN, 1, 2], [1, 0, 1], 0.5, (1 + 2 / 3) / 2],
])("area under the ROC curve and average precision: %s", (_, scores, labels, auc, precision) => {
  const ranked = rankClass(Float32Array.from(scores), labels, 1);
  expect(ranked?.auc).toBeCloseTo(auc, 12);
  expect(ranked?.averagePrecision).toBeCloseTo(precision, 12);
});

test("any scores: the area counts pairs, the precision counts thresholds, and the curves have these areas", () => {
  const image = fc.record({ score: fc.integer({ min: 0, max: 6 }), label: fc.integer({ min: 0, max: 1 }) });
  fc.assert(
    fc.property(fc.array(image, { minLength: 1, maxLength: 40 }), (images) => {
      const [own, other] = [1, 0].map((label) => images.filter((one) => one.label === label));
      const ranked = rankClass(
        Float32Array.from(images, ({ score }) => score),
        images.map(({ label }) => label),
        1,
      );
      if (!own?.length || !other?.length) {
        expect(ranked).toBeNull();
        return;
      }
      const pairs = own.flatMap((a) =>
        other.map((b) => (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0) as number),
      );
      expect(ranked?.auc).toBeCloseTo(pairs.reduce((sum, one) => sum + one, 0) / pairs.length, 10);
      const precisionAt = (threshold: number): number => {
        const above = images.filter(({ score }) => score >= threshold);
        return above.filter(({ label }) => label === 1).length / above.length;
      };
      const mean = own.reduce((sum, { score }) => sum + precisionAt(score), 0) / own.length;
      expect(ranked?.averagePrecision).toBeCloseTo(mean, 10);
      const { roc, precisionRecall } = ranked as NonNullable<typeof ranked>;
      const area = (curve: typeof roc, height: (left: number, right: number) => number): number =>
        curve.reduce((sum, [x, y], i) => {
          const [x0, y0] = curve[i - 1] ?? [0, 0];
          return sum + (x - x0) * height(y0, y);
        }, 0);
      expect(area(roc, (left, right) => (left + right) / 2)).toBeCloseTo(
        pairs.reduce((a, b) => a + b, 0) / pairs.length,
        10,
      );
      expect(area(precisionRecall, (_, right) => right)).toBeCloseTo(mean, 10);
    }),
  );
});

test("many classes and images: means over the classes with images, short curves of the worst", () => {
  const classes = 7;
  const scores = new RankingScores(classes);
  // The last class has no images; the score of class k is right more often for small k.
  for (let batch = 0; batch < 10; batch++) {
    const labels = Int32Array.from({ length: 100 }, (_, i) => (i * i + batch) % (classes - 1));
    const rows = [...labels].flatMap((label, i) =>
      Array.from({ length: classes }, (_, k) => (k === label ? 1 : 0) + (k + 1) * Math.sin(97 * i + 13 * k + batch)),
    );
    scores.add(Float32Array.from(rows), labels);
  }
  const ranking = scores.result();
  expect(ranking?.auc[6]).toBeNull();
  const known = (ranking?.averagePrecision ?? []).slice(0, 6) as number[];
  expect(ranking?.macro?.averagePrecision).toBeCloseTo(known.reduce((sum, one) => sum + one, 0) / 6, 12);
  expect(ranking?.curves.map(({ label }) => known[label])).toEqual([...known].sort((a, b) => a - b).slice(0, 4));
  for (const { roc, precisionRecall } of [...(ranking?.curves ?? []), ...(ranking?.macro ? [ranking.macro] : [])]) {
    expect(roc.length).toBeLessThan(110);
    expect([roc[0], roc.at(-1)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(precisionRecall.at(-1)?.[0]).toBe(1);
    // A mean curve has about the mean area.
  }
  const roc = ranking?.macro?.roc ?? [];
  const area = roc.reduce(
    (sum, [x, y], i) => sum + ((x - (roc[i - 1]?.[0] ?? 0)) * (y + (roc[i - 1]?.[1] ?? 0))) / 2,
    0,
  );
  expect(area).toBeCloseTo(ranking?.macro?.auc ?? 0, 2);
});

test("precision, recall and F1 by hand, and their means", () => {
  const scores = classScores([
    [8, 2, 0],
    [1, 1, 0],
    [0, 0, 0],
  ]);
  expect(scores[0]).toEqual({ images: 10, predicted: 9, correct: 8, precision: 8 / 9, recall: 0.8, f1: 16 / 19 });
  expect(scores[1]).toMatchObject({ precision: 1 / 3, recall: 0.5, f1: 0.4 });
  expect(scores[2]).toMatchObject({ images: 0, predicted: 0, precision: null, recall: null, f1: null });
  expect(classMeans(scores).recall).toBeCloseTo(0.65, 12);
  expect(classMeans(scores).precision).toBeCloseTo((8 / 9 + 1 / 3) / 2, 12);
  // A class that is never predicted has a precision of 0 in the mean.
  expect(
    classMeans(
      classScores([
        [0, 3],
        [0, 1],
      ]),
    ).precision,
  ).toBeCloseTo(1 / 8, 12);
});
