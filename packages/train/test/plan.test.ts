import { epochAt } from "@downhill/optim";
import { expect, test } from "vitest";
import { type BatchSize, batchSizeAt, clockOf } from "../src/training/clock.ts";
import { microBatches, planBatches, START } from "../src/training/plan.ts";
import { fc } from "./property.ts";

const sizes = () => fc.integer({ min: 1, max: 250 });
/** One for all epochs, or one for each. */
const batchSize = (): fc.Arbitrary<BatchSize> =>
  fc.oneof(
    sizes(),
    fc.array(sizes(), { minLength: 4, maxLength: 4 }).map((list) => (epoch: number) => list[epoch] as number),
  );
const options = fc.record({
  length: fc.integer({ min: 1, max: 200 }),
  batchSize: batchSize(),
  epochs: fc.integer({ min: 1, max: 4 }),
});

test("each epoch's batches have every image once, in order, and steps count on", () => {
  fc.assert(
    fc.property(options, (plan) => {
      const batches = [...planBatches(plan, START)];
      expect(batches.map(({ step }) => step)).toEqual([...batches.keys()]);
      for (let epoch = 0; epoch < plan.epochs; epoch++) {
        const own = batches.filter((batch) => batch.epoch === epoch);
        let next = 0;
        for (const { from, count, endsEpoch } of own) {
          expect(from).toBe(next);
          expect(count).toBe(Math.min(batchSizeAt(plan.batchSize, epoch), plan.length - from));
          expect(count).toBeGreaterThan(0);
          next += count;
          expect(endsEpoch).toBe(next === plan.length);
        }
        expect(next).toBe(plan.length);
      }
    }),
  );
});

test("from any position the rest is the rest", () => {
  fc.assert(
    fc.property(options, (plan) => {
      const batches = [...planBatches(plan, START)];
      for (const [i, { after }] of batches.entries()) {
        expect([...planBatches(plan, after)]).toEqual(batches.slice(i + 1));
      }
    }),
  );
});

test("the clock knows the steps before they are done", () => {
  fc.assert(
    fc.property(options, (plan) => {
      const batches = [...planBatches(plan, START)];
      const { totalSteps, epochEnds, stepsPerEpoch } = clockOf(plan);
      expect(totalSteps).toBe(batches.length);
      expect(epochEnds).toEqual(batches.filter(({ endsEpoch }) => endsEpoch).map(({ after }) => after.step));
      const epochOf = epochAt(stepsPerEpoch);
      for (const { step, epoch, from } of batches) {
        expect(Math.floor(epochOf(step))).toBe(epoch);
        if (from === 0) expect(epochOf(step)).toBe(epoch);
      }
    }),
  );
});

test("parts cover their batch, are within their bound, and differ by one image at most", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 99 }),
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 600 }),
      (from, count, largest) => {
        const parts = microBatches({ epoch: 3, from, count }, largest);
        let next = from;
        for (const part of parts) {
          expect(part.from).toBe(next);
          expect(part.epoch).toBe(3);
          next += part.count;
        }
        expect(next).toBe(from + count);
        const sizes = parts.map((part) => part.count);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(largest);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(parts.length).toBe(Math.ceil(count / largest));
      },
    ),
  );
});
