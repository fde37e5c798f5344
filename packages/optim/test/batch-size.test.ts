import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  batchSizes,
  cosine,
  exponential,
  increaseBatchInsteadOfDecay,
  inverseTime,
  multiStep,
  noiseScale,
  polynomial,
  type Schedule,
  schedules,
  step,
} from "../src/index.ts";

/** CIFAR-10 and the schedule of arXiv 1711.00489, section 5. */
const PAPER = { trainSize: 50_000, epochs: 200, maximum: 5120 };
const decaying = (base: number) => multiStep({ base, milestones: [60, 120, 160], gamma: 0.2 });

describe("the updates of arXiv 1711.00489, table of section 5.2", () => {
  test.each([
    ["increasing batch", 0.1, 128, 29_141, [128, 640, 3200, 5120]],
    ["initial rate x5", 0.5, 640, 6_406, [640, 3200, 5120, 5120]],
    ["and momentum 0.98", 0.5, 3200, 2_305, [3200, 5120, 5120, 5120]],
  ])("%s", (_, lr, batchSize, updates, sizes) => {
    const increased = increaseBatchInsteadOfDecay(decaying(lr), { ...PAPER, batchSize });
    expect(increased.updates).toBe(updates);
    expect([0, 60, 120, 160].map(increased.batchSize)).toEqual(sizes);
  });

  test("decaying rate", () => {
    const { updatesWithDecay } = increaseBatchInsteadOfDecay(decaying(0.1), { ...PAPER, batchSize: 128 });
    expect(updatesWithDecay).toBe(78_125);
  });
});

test("the rate falls once the batch size has reached its maximum", () => {
  const { lr } = increaseBatchInsteadOfDecay(decaying(0.1), { ...PAPER, batchSize: 128 });
  expect([0, 60, 120].map(lr)).toEqual([0.1, 0.1, 0.1]);
  // A batch of 16,000 was needed, and 5120 is the largest.
  expect(lr(160)).toBeCloseTo((0.1 * 5120) / 16_000, 15);
});

const falling = () =>
  fc.oneof(
    fc
      .record({
        base: fc.double({ min: 1e-4, max: 10, noNaN: true }),
        gamma: fc.double({ min: 0.9, max: 1, noNaN: true }),
      })
      .map(exponential),
    fc
      .record({ base: fc.double({ min: 1e-4, max: 10, noNaN: true }), tMax: fc.integer({ min: 100, max: 300 }) })
      .map(cosine),
    fc.record({ base: fc.double({ min: 1e-4, max: 10, noNaN: true }), totalIters: fc.constant(150) }).map(polynomial),
    fc
      .record({
        base: fc.double({ min: 1e-4, max: 10, noNaN: true }),
        decay: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map(inverseTime),
  );
const settings = () =>
  fc.record({
    batchSize: fc.integer({ min: 64, max: 512 }),
    trainSize: fc.integer({ min: 10_000, max: 60_000 }),
    epochs: fc.constant(200),
  });

test("the noise scale equals that of the decaying rate, up to the rounding of the batch size", () => {
  fc.assert(
    fc.property(falling(), settings(), fc.integer({ min: 0, max: 199 }), (schedule: Schedule, given, epoch) => {
      const { batchSize, lr, updates, updatesWithDecay } = increaseBatchInsteadOfDecay(schedule, given);
      const { trainSize } = given;
      const before = noiseScale({ lr: schedule(epoch), batchSize: given.batchSize, trainSize, momentum: 0.9 });
      const after = noiseScale({ lr: lr(epoch), batchSize: batchSize(epoch), trainSize, momentum: 0.9 });
      expect(Math.abs(after - before)).toBeLessThanOrEqual(before * (0.51 / given.batchSize) + 1e-12);
      expect(updates).toBeLessThanOrEqual(updatesWithDecay);
    }),
  );
});

test("both are rebuilt from their descriptions", () => {
  const { batchSize, lr } = increaseBatchInsteadOfDecay(cosine({ base: 0.1, tMax: 200 }), {
    batchSize: 128,
    trainSize: 10_000,
    epochs: 200,
  });
  for (const schedule of [batchSize, lr]) {
    const rebuilt = schedules.build(JSON.parse(JSON.stringify(schedule.description)));
    for (let epoch = 0; epoch < 210; epoch++) expect(rebuilt(epoch)).toBe(schedule(epoch));
  }
});

test("any schedule becomes batch sizes, up to a tenth of the images", () => {
  const growing = batchSizes(step({ base: 100.4, stepSize: 10, gamma: 5 }), { trainSize: 5_000 });
  expect([0, 10, 20].map(growing)).toEqual([100, 500, 500]);
  expect([0, 10, 20].map(growing.lrFactor)).toEqual([1, 500 / 502, expect.closeTo(500 / 2510, 12)]);
});

test("noise scale", () => {
  expect(noiseScale({ lr: 0.1, batchSize: 128, trainSize: 50_000 })).toBeCloseTo(39.0625, 12);
  expect(noiseScale({ lr: 0.1, batchSize: 128, trainSize: 50_000, momentum: 0.9 })).toBeCloseTo(390.625, 10);
});
