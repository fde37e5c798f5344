import fc from "fast-check";
import { expect, test } from "vitest";
import { type Schedule, scheduleFindings, schedules } from "../src/index.ts";
import { SCHEDULES } from "./schedule-table.ts";

const { byEpoch, chain, clamp, constant, cosine, cosineWarmRestarts, cyclical, exponential, flatCosine, inEpochs } =
  schedules;
const { linear, multiStep, oneCycle, piecewise, polynomial, scale, sequence, step, warmup, warmupStableDecay } =
  schedules;

const base = 0.1;
const onlyRises = linear({ base });
const fall = cosine({ base, tMax: 100 });

// biome-ignore format: a row a case
const ROWS: readonly [what: string, schedule: Schedule, totalSteps: number, texts: readonly string[]][] = [
  ["OneCycle of 3 steps in 10", oneCycle({ maxLr: 1, totalSteps: 3 }), 10,
    ["oneCycle ends at step 2 of 10 and holds its last value for the remaining 7 steps"]],
  ["OneCycle of 100 steps in 10", oneCycle({ maxLr: 1, totalSteps: 100 }), 10,
    ["oneCycle does not reach the peak (step 29) and the end (step 99): the run has steps 0 to 9"]],
  ["OneCycle that is one step longer", oneCycle({ maxLr: 1, totalSteps: 11 }), 10,
    ["oneCycle does not reach the end (step 10): the run has steps 0 to 9"]],
  ["OneCycle of one step, which is its lowest value", oneCycle({ maxLr: 1, totalSteps: 1 }), 1,
    ["oneCycle does not reach the peak (step 1): the run has steps 0 to 0"]],
  ["OneCycle of one step, which is its peak", oneCycle({ maxLr: 1, totalSteps: 1, pctStart: 1 }), 1, []],
  ["OneCycle that fits", oneCycle({ maxLr: 1, totalSteps: 10 }), 10, []],
  ["a warm-up as long as the run", warmup(fall, { steps: 10 }), 10,
    ["warmup does not reach the end of the warm-up (step 10): the run has steps 0 to 9"]],
  ["a warm-up that fits", warmup(cosine({ base, tMax: 90 }), { steps: 10 }), 100, []],
  ["what follows a warm-up", warmup(multiStep({ base, milestones: [50, 95] }), { steps: 10 }), 100,
    ["multiStep does not reach the milestone (step 105): the run has steps 0 to 99"]],
  ["a warm-up inside", warmup(fall, { steps: 10, inside: true }), 50,
    ["cosine does not reach the end (step 100): the run has steps 0 to 49"]],
  ["cosine that fits", fall, 100, []],
  ["cosine to the last step", cosine({ base, tMax: 99 }), 100, []],
  ["cosine that ends early", cosine({ base, tMax: 98 }), 100,
    ["cosine ends at step 98 of 100 and holds its last value for the remaining 1 step"]],
  ["cosine that is longer", fall, 99, ["cosine does not reach the end (step 100): the run has steps 0 to 98"]],
  ["polynomial that ends early", polynomial({ base }), 10, ["polynomial ends at step 5 of 10 and holds its last value for the remaining 4 steps"]],
  ["a line that rises, and then holds", onlyRises, 10, []],
  ["a line that has no time to rise", onlyRises, 4, ["linear does not reach the end (step 5): the run has steps 0 to 3"]],
  ["milestones after the end", multiStep({ base, milestones: [5, 10, 20] }), 10,
    ["multiStep does not reach the milestone (step 10) and the milestone (step 20): the run has steps 0 to 9"]],
  ["milestones without an effect", multiStep({ base, milestones: [20], gamma: 1 }), 10, []],
  ["a step longer than the run", step({ base, stepSize: 30 }), 30, ["step does not reach the first change (step 30): the run has steps 0 to 29"]],
  ["half a cycle", cyclical({ baseLr: 0, maxLr: 1, stepSizeUp: 50 }), 80,
    ["cyclical does not reach the end of the first cycle (step 100): the run has steps 0 to 79"]],
  ["one cycle", cyclical({ baseLr: 0, maxLr: 1, stepSizeUp: 40 }), 80, []],
  ["no restart", cosineWarmRestarts({ base, t0: 90 }), 80,
    ["cosineWarmRestarts does not reach the end of the first cycle (step 90): the run has steps 0 to 79"]],
  ["no decay", warmupStableDecay({ base, totalSteps: 100, warmupSteps: 5, decaySteps: 20 }), 50,
    ["warmupStableDecay does not reach the start of the decay (step 80) and the end (step 100): the run has steps 0 to 49"]],
  ["flat to the end", flatCosine({ base, totalSteps: 100 }), 100, []],
  ["what has no end", chain({ schedules: [exponential({ base, gamma: 0.9 }), constant({ base: 1 })] }), 10, []],
  ["points after the end", piecewise({ points: [[0, 1], [50, 0.5], [200, 0]] }), 100,
    ["piecewise does not reach the point (step 200): the run has steps 0 to 99"]],
  ["points that fall and end", piecewise({ points: [[0, 1], [50, 0]] }), 100,
    ["piecewise ends at step 50 of 100 and holds its last value for the remaining 49 steps"]],
  ["a part that never begins", sequence({ schedules: [onlyRises, fall], milestones: [100] }), 50,
    ["sequence does not reach the milestone (step 100): the run has steps 0 to 49"]],
  ["a part that is cut off by the next", sequence({ schedules: [fall, cosine({ base, tMax: 50 })], milestones: [50] }), 100, []],
  ["a part that ends early", sequence({ schedules: [onlyRises, cosine({ base, tMax: 20 })], milestones: [5] }), 100,
    ["cosine ends at step 25 of 100 and holds its last value for the remaining 74 steps"]],
  ["two parts of a chain", chain({ schedules: [fall, multiStep({ base: 1, milestones: [70] })] }), 50,
    ["cosine does not reach the end (step 100): the run has steps 0 to 49",
      "multiStep does not reach the milestone (step 70): the run has steps 0 to 49"]],
  ["epochs", inEpochs(scale(clamp(multiStep({ base, milestones: [0.55, 3] }), { min: 0 }), 2), 100), 200,
    ["multiStep does not reach the milestone (step 300): the run has steps 0 to 199"]],
  ["steps seen by the epoch", byEpoch(fall, 10), 10, []],
  ["steps seen by too few epochs", byEpoch(fall, 10), 5, ["cosine does not reach the end (step 10): the run has steps 0 to 4"]],
  ["fractions of a step", warmup(oneCycle({ maxLr: 1, totalSteps: 945 }), { steps: 54.45 }), 1000, []],
];

test.each(ROWS)("%s", (_, schedule, totalSteps, texts) => {
  expect(scheduleFindings(schedule, totalSteps).map(({ text }) => text)).toEqual(texts);
});

test("a finding has a code and numbers, and its text can have another unit", () => {
  const { text, ...fields } = scheduleFindings(cosine({ base, tMax: 4 }), 8, "epoch")[0] as { text: string };
  expect(text).toBe("cosine ends at epoch 4 of 8 and holds its last value for the remaining 3 epochs");
  const moments = [{ name: "end", step: 4 }];
  expect(fields).toEqual({ code: "ends-early", schedule: "cosine", moments, totalSteps: 8 });
});

test.each(SCHEDULES)("$kind: findings agree with its values", ({ made }) => {
  fc.assert(
    fc.property(made, fc.integer({ min: 1, max: 300_000 }), ({ schedule }, totalSteps) => {
      const found = scheduleFindings(schedule, totalSteps).flatMap(({ code, moments }) =>
        moments.map(({ step }) => ({ code, step })),
      );
      const isRight = ({ code, step }: (typeof found)[number]): boolean =>
        code === "not-reached"
          ? step >= totalSteps
          : step < totalSteps - 1 && Math.abs(schedule(totalSteps - 1) - schedule(step)) < 5e-13;
      expect(found.filter((finding) => !isRight(finding))).toEqual([]);
    }),
  );
});
