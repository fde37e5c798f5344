import fc from "fast-check";
import { expect, test } from "vitest";
import { stratifiedChoice, stratifiedOrder, stratifiedSplit } from "../src/data-set/stratify.ts";

const labelLists = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 200 }).map((list) => Int32Array.from(list));
const seeds = fc.nat();

const countsOf = (labels: Iterable<number>): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
};

test("a split has each image once, leaves each class an image, and takes each class's share to within one", () => {
  fc.assert(
    fc.property(labelLists, fc.double({ min: 0, max: 0.9, noNaN: true }), seeds, (labels, share, seed) => {
      const { rest, split } = stratifiedSplit(labels, share, seed);
      expect([...rest, ...split].sort((a, b) => a - b)).toEqual([...labels.keys()]);
      expect([...split]).toEqual([...split].sort((a, b) => a - b));
      const taken = countsOf([...split].map((image) => labels[image] as number));
      const most = Math.round(labels.length * share) / labels.length;
      for (const [label, count] of countsOf(labels)) {
        const found = taken.get(label) ?? 0;
        expect(found).toBeLessThan(count);
        if (count > 1) expect(Math.abs(found - most * count)).toBeLessThanOrEqual(1.5);
      }
    }),
  );
});

test("a choice of n images is a subset of a larger choice, with the classes in proportion", () => {
  fc.assert(
    fc.property(labelLists, fc.nat(), seeds, (labels, size, seed) => {
      const limit = 1 + (size % labels.length);
      const chosen = stratifiedChoice(labels, limit, seed);
      expect(chosen ?? labels).toHaveLength(limit);
      if (!chosen) return;
      expect(new Set(chosen).size).toBe(limit);
      const more = new Set(stratifiedChoice(labels, limit + 1, seed) ?? labels.keys());
      expect([...chosen].every((image) => more.has(image))).toBe(true);
    }),
  );
});

test("an order depends only on its seed", () => {
  const labels = Int32Array.from({ length: 100 }, (_, i) => i % 3);
  expect(stratifiedOrder(labels, 1)).toEqual(stratifiedOrder(labels, 1));
  expect(stratifiedOrder(labels, 1)).not.toEqual(stratifiedOrder(labels, 2));
});
