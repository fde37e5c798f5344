import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { epochAt, type Schedule, schedules, stepAt } from "../src/index.ts";
import { SCHEDULES } from "./schedule-table.ts";

const LONG = 10_000_000;
/** Small, large and fractional steps. */
const anyStep = () =>
  fc.oneof(
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: 0, max: LONG }),
    fc.double({ min: 0, max: LONG, noNaN: true }),
  );
const someSteps = () => fc.array(anyStep(), { minLength: 1, maxLength: 30 });
const close = (actual: number, expected: number, tolerance = 1e-12) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1e-12, Math.abs(expected)));

test("the table has every kind of schedule", () => {
  expect(new Set(SCHEDULES.map(({ kind }) => kind))).toEqual(new Set(Object.keys(schedules.kinds)));
});

describe.each(SCHEDULES)("$kind", ({ made, bounds, first, last }) => {
  test("is finite and within its bounds everywhere", () => {
    fc.assert(
      fc.property(made, someSteps(), ({ schedule, given }, list) => {
        const [low, high] = bounds(given);
        for (const step of [0, LONG, ...list]) {
          const value = schedule(step);
          expect(Number.isFinite(value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(low - 1e-12 * Math.abs(low));
          expect(value).toBeLessThanOrEqual(high * (1 + 1e-12));
        }
      }),
    );
  });

  test("begins and ends where it should, and holds its last value", () => {
    fc.assert(
      fc.property(made, anyStep(), ({ schedule, given }, later) => {
        if (first) close(schedule(0), first(given));
        if (!Number.isFinite(schedule.end)) {
          expect(last).toBeUndefined();
          return;
        }
        if (last) close(schedule(schedule.end), last(given));
        // Scaled steps may be a unit in the last place before the end.
        expect(schedule(schedule.end * (1 + 1e-15) + later)).toBe(schedule(schedule.end * (1 + 1e-15)));
      }),
    );
  });

  test("is rebuilt from its description, through JSON", () => {
    fc.assert(
      fc.property(made, someSteps(), ({ schedule }, list) => {
        const rebuilt = schedules.build(JSON.parse(JSON.stringify(schedule.description)));
        expect(rebuilt.description).toEqual(schedule.description);
        expect(rebuilt.end).toBe(schedule.end);
        expect(list.map(rebuilt)).toEqual(list.map(schedule));
      }),
    );
  });
});

test.each(SCHEDULES.filter(({ falls }) => falls))("$kind never rises", ({ made }) => {
  fc.assert(
    fc.property(made, someSteps(), ({ schedule }, list) => {
      const values = list.sort((a, b) => a - b).map(schedule);
      values.forEach((value, i) => {
        expect(value).toBeLessThanOrEqual((values[i - 1] ?? Number.POSITIVE_INFINITY) * (1 + 1e-12));
      });
    }),
  );
});

test.each(SCHEDULES.filter(({ joins }) => joins))(
  "$kind has no jump where its pieces meet",
  ({ made, bounds, joins }) => {
    fc.assert(
      fc.property(made, ({ schedule, given }) => {
        const [, high] = bounds(given);
        for (const join of joins?.(given) ?? []) {
          // Close enough that even a square root, which starts vertically, has hardly risen.
          const before = schedule(join * (1 - 1e-14));
          expect(Math.abs(schedule(join * (1 + 1e-14)) - before)).toBeLessThanOrEqual(1e-3 * high);
        }
      }),
    );
  },
);

describe("momentum runs in antiphase", () => {
  const cyclical = (mode: "triangular" | "triangular2" | "expRange") =>
    schedules.cyclical({ baseLr: 0.1, maxLr: 1, stepSizeUp: 7, stepSizeDown: 11, mode, gamma: 0.99 });
  const rows: readonly [string, Schedule & { momentum: Schedule }, number, number][] = [
    ["oneCycle", schedules.oneCycle({ maxLr: 1, totalSteps: 100, finalDivFactor: 1 }), 0.85, 0.95],
    [
      "oneCycle, linear",
      schedules.oneCycle({ maxLr: 1, totalSteps: 100, annealStrategy: "linear", finalDivFactor: 1 }),
      0.85,
      0.95,
    ],
    ["cyclical", cyclical("triangular"), 0.8, 0.9],
    ["cyclical, triangular2", cyclical("triangular2"), 0.8, 0.9],
    ["cyclical, expRange", cyclical("expRange"), 0.8, 0.9],
  ];
  test.each(rows)("%s", (_, lr, low, high) => {
    const floor = lr(0);
    for (let step = 0; step < 100; step++) {
      const height = (lr(step) - floor) / (1 - floor);
      expect(lr.momentum(step)).toBeCloseTo(high - (high - low) * height, 12);
    }
    expect(lr.momentum).toBe(lr.momentum);
    const rebuilt = schedules.build(JSON.parse(JSON.stringify(lr.momentum.description)));
    for (let step = 0; step < 100; step++) expect(rebuilt(step)).toBe(lr.momentum(step));
  });
});

test("restarts come at the sums of the cycles' lengths", () => {
  for (const [tMult, restarts] of [
    [1, [5, 10, 5_000_000]],
    [2, [5, 15, 35, 5 * (2 ** 20 - 1)]],
    [3, [5, 20, 65, (5 * (3 ** 13 - 1)) / 2]],
  ] as const) {
    const schedule = schedules.cosineWarmRestarts({ base: 1, t0: 5, tMult });
    for (const restart of restarts) {
      expect(schedule(restart)).toBe(1);
      expect(schedule(restart - 1e-3)).toBeLessThan(1e-5);
    }
  }
});

test("the peaks of restarts decay toward etaMin", () => {
  const schedule = schedules.cosineWarmRestarts({ base: 1.1, t0: 10, etaMin: 0.1, peakDecay: 0.5 });
  expect([0, 10, 20].map(schedule)).toEqual([1.1, 0.6, 0.35]);
});

test("a warm-up is outside the schedule's steps, or inside", () => {
  const cosine = schedules.cosine({ base: 0.1, tMax: 1000 });
  const outside = schedules.warmup(cosine, { steps: 100 });
  const inside = schedules.warmup(cosine, { steps: 100, inside: true });
  expect([outside.end, inside.end]).toEqual([1100, 1000]);
  for (const step of [100, 400, 999]) {
    expect(outside(step + 100)).toBe(cosine(step));
    expect(inside(step)).toBe(cosine(step));
  }
  expect([outside(50), inside(50)]).toEqual([cosine(0) / 2, cosine(100) / 2]);
});

test("noise depends on seed and step, and is uniform", () => {
  const noise = (seed: number) => schedules.noisy(schedules.constant({ base: 1 }), { amount: 0.5, seed });
  const list = Array.from({ length: 10_000 }, (_, step) => noise(1)(step) - 1);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const variance = list.reduce((sum, value) => sum + value ** 2, 0) / list.length;
  expect(Math.abs(mean)).toBeLessThan(0.015);
  expect(variance).toBeCloseTo(0.25 / 3, 2);
  expect(noise(1)(77)).toBe(1 + (list[77] as number));
  expect(noise(2)(77)).not.toBe(noise(1)(77));
});

test("epochs are fractions of steps", () => {
  const schedule = schedules.inEpochs(schedules.multiStep({ base: 1, milestones: [1, 3], gamma: 0.5 }), 3);
  expect([0, 1, 2, 3, 8, 9].map(schedule)).toEqual([1, 1, 1, 0.5, 0.5, 0.25]);
  expect(schedule.end).toBe(9);
});

test("epochs may differ in their steps, and the last number holds for all later ones", () => {
  const schedule = schedules.inEpochs(
    schedules.multiStep({ base: 1, milestones: [1, 2, 3, 5], gamma: 0.5 }),
    [4, 2, 1],
  );
  expect([0, 3, 4, 5, 6, 7, 8, 9].map(schedule)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.125, 0.125, 0.0625]);
  expect(schedule.end).toBe(9);
  expect([0, 1, 4, 5, 6, 7.5].map(epochAt([4, 2, 1]))).toEqual([0, 0.25, 1, 1.5, 2, 3.5]);
  expect([0, 0.25, 1, 1.5, 2, 3.5].map(stepAt([4, 2, 1]))).toEqual([0, 1, 4, 5, 6, 7.5]);
});

test("steps converted to epochs are exact at the start of every epoch", () => {
  for (let stepsPerEpoch = 1; stepsPerEpoch < 200; stepsPerEpoch++) {
    const own = schedules.step({ base: 1, stepSize: stepsPerEpoch, gamma: 0.5 });
    const schedule = schedules.byEpoch(own, stepsPerEpoch);
    expect([0, 1, 2, 5, 7].map(schedule)).toEqual([1, 0.5, 0.25, 2 ** -5, 2 ** -7]);
    expect(schedules.inEpochs(schedule, stepsPerEpoch)(stepsPerEpoch)).toBe(own(stepsPerEpoch));
  }
});

test("the caller's lists are copied", () => {
  const milestones = [10, 20];
  const schedule = schedules.multiStep({ base: 1, milestones });
  milestones[0] = 1;
  expect(schedule(5)).toBe(1);
});
