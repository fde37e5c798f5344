import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { epochAt, type Schedule, schedules, stepAt } from "../src/index.ts";

const {
  constant,
  cosineWarmRestarts,
  cyclical,
  flatCosine,
  inEpochs,
  inverseTime,
  multiStep,
  noisy,
  piecewise,
  sequence,
} = schedules;
const { step, warmup, warmupStableDecay } = schedules;

const values = (schedule: Schedule, steps: readonly number[]): number[] => steps.map(schedule);

describe("fractions of epochs fall where exact arithmetic puts them", () => {
  test.each<[what: string, schedule: Schedule, steps: readonly number[], expected: readonly number[]]>([
    [
      "a tenth of 10 steps",
      inEpochs(step({ base: 1, stepSize: 0.1, gamma: 0.5 }), 10),
      [2, 3, 4],
      [0.25, 0.125, 0.0625],
    ],
    ["0.1 + 0.2 of 10", inEpochs(multiStep({ base: 1, milestones: [0.1 + 0.2] }), 10), [2, 3], [1, 0.1]],
    ["0.55 of 100", warmup(step({ base: 1, stepSize: 10 }), { steps: stepAt(100)(0.55) }), [64, 65], [1, 0.1]],
    [
      "0.55 epochs before a tenth",
      inEpochs(warmup(step({ base: 1, stepSize: 0.1 }), { steps: 0.55 }), 100),
      [64, 65],
      [1, 0.1],
    ],
    [
      "90.55 before a tenth",
      inEpochs(warmup(step({ base: 1, stepSize: 0.1 }), { steps: 90.55 }), 100),
      [9064, 9065],
      [1, 0.1],
    ],
    [
      "epochs that differ",
      inEpochs(multiStep({ base: 1, milestones: [1.1, 1.7] }), [7, 10, 3]),
      [7, 8, 13, 14],
      [1, 0.1, 0.1, 0.01],
    ],
    [
      "a third of 10, three times",
      inEpochs(step({ base: 1, stepSize: 1 / 3 }), 10),
      [3, 4, 6, 7, 9, 10],
      [1, 0.1, 0.1, 0.01, 0.01, 0.001],
    ],
  ])("%s", (_, schedule, steps, expected) => {
    values(schedule, steps).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 14);
    });
  });
});

/** Every kind that jumps, with its jump at a number of epochs. */
const JUMPS: Readonly<Record<string, (at: number) => Schedule>> = {
  step: (at) => step({ base: 1, stepSize: at }),
  multiStep: (at) => multiStep({ base: 1, milestones: [at] }),
  constant: (at) => constant({ base: 0.5, factor: 2, totalIters: at }),
  inverseTime: (at) => inverseTime({ base: 1, decay: 1, decaySteps: at, staircase: true }),
  piecewise: (at) => piecewise({ points: [[0, 1], [at, 0.5]], interpolation: "constant" }), // biome-ignore format: one line
  sequence: (at) => sequence({ schedules: [constant({ base: 1 }), constant({ base: 0.5 })], milestones: [at] }),
  flatCosine: (at) => flatCosine({ base: 1, totalSteps: at, pctStart: 1 }),
  warmupStableDecay: (at) => warmupStableDecay({ base: 1, totalSteps: at, decaySteps: 0 }),
  "warmup, then a step": (at) => warmup(step({ base: 1, stepSize: at / 2 }), { steps: at / 2, startFactor: 1 }),
};

/** Cycles that begin again with a jump up. */
const RESTARTS: Readonly<Record<string, (at: number) => Schedule>> = {
  cosineWarmRestarts: (at) => cosineWarmRestarts({ base: 1, t0: at }),
  cyclical: (at) => cyclical({ baseLr: 1, maxLr: 0, stepSizeUp: at, stepSizeDown: 0 }),
};

/** A boundary at `numerator / denominator` epochs of `steps` steps, of at least 1 epoch. */
const boundary = () =>
  fc
    .record({
      denominator: fc.integer({ min: 1, max: 1000 }),
      more: fc.nat({ max: 5000 }),
      steps: fc.integer({ min: 2, max: 5000 }),
    })
    .map(({ denominator, more, steps }) => ({ numerator: denominator + more, denominator, steps }));

/** Returns the first step at or after the boundary, in integer arithmetic. */
const exactly = (numerator: number, denominator: number, steps: number): number =>
  Number((BigInt(numerator) * BigInt(steps) + BigInt(denominator) - 1n) / BigInt(denominator));

test.each(Object.entries(JUMPS))("%s jumps at the first step at or after k/n epochs", (_, make) => {
  fc.assert(
    fc.property(boundary(), ({ numerator, denominator, steps }) => {
      const schedule = inEpochs(make(numerator / denominator), steps);
      const first = exactly(numerator, denominator, steps);
      expect(schedule(first - 1)).toBe(1);
      expect(schedule(first)).toBeLessThan(1);
    }),
  );
});

test.each(Object.entries(RESTARTS))("%s restarts at the first step at or after k/n epochs", (_, make) => {
  fc.assert(
    fc.property(boundary(), ({ numerator, denominator, steps }) => {
      const schedule = inEpochs(make(numerator / denominator), steps);
      const first = exactly(numerator, denominator, steps);
      expect(schedule(first)).toBeGreaterThan(schedule(first - 1));
      if ((numerator * steps) % denominator === 0) expect(schedule(first)).toBe(1);
    }),
  );
});

test("every k-th boundary of 1/n epoch is exact, and in epochs of any numbers of steps", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.array(fc.integer({ min: 64, max: 500 }), { minLength: 1, maxLength: 5 }),
      (denominator, count, epochs) => {
        const own = step({ base: 1, stepSize: 1 / denominator, gamma: 0.999 });
        const whole = Math.min(Math.floor(count / denominator), epochs.length - 1);
        const start = epochs.slice(0, whole).reduce((sum, steps) => sum + steps, 0);
        const first = start + exactly(count - whole * denominator, denominator, epochs[whole] as number);
        const schedule = inEpochs(own, epochs);
        expect(schedule(first)).toBe(0.999 ** count);
        expect(schedule(first - 1)).toBe(0.999 ** (count - 1));
      },
    ),
  );
});

test("epochs become whole steps wherever they do in exact arithmetic", () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 100_000 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 1, max: 1000 }),
      (k, n, factor) => {
        expect(stepAt(n * factor)(k / n)).toBe(k * factor);
        expect(stepAt([n * factor])(k / n)).toBe(k * factor);
        expect(epochAt(n * factor)(k * factor)).toBe(k / n);
      },
    ),
  );
  expect(stepAt(100)(0.555)).toBeCloseTo(55.5, 12);
});

test("noise changes with each whole epoch", () => {
  const schedule = inEpochs(noisy(constant({ base: 1 })), 10);
  expect(new Set(values(schedule, [0, 3, 9])).size).toBe(1);
  expect(schedule(10)).not.toBe(schedule(9));
});

test("lengths that fill the whole up to rounding are accepted", () => {
  expect(warmupStableDecay({ base: 1, totalSteps: 0.3, warmupSteps: 0.1, decaySteps: 0.2 })(0.1)).toBeCloseTo(1, 6);
  expect(warmup(schedules.cosine({ base: 1, tMax: 0.3 }), { steps: 0.1 + 0.2, inside: true }).end).toBeCloseTo(0.3, 12);
});
