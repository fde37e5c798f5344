import { describe, expect, test } from "vitest";
import type { Advice } from "../src/advice/advice.ts";
import type { AdviceFacts } from "../src/advice/facts.ts";
import { passesOf } from "../src/advice/lengths.ts";
import type { Changes } from "../src/comparison/entrant.ts";
import { adviceFacts, adviseIn, type World } from "./advice-fixture.ts";
import { normals } from "./normals.ts";

/** Advises in as many made-up worlds, which differ in their random numbers. */
function simulate(count: number, facts: AdviceFacts, world: Omit<World, "normal">): Advice[] {
  const normal = normals("advice");
  return Array.from({ length: count }, () => adviseIn(facts, { ...world, normal }));
}

const shareOf = (all: readonly Advice[], test: (advice: Advice) => boolean): number =>
  all.filter(test).length / all.length;
const changesAny = ({ recommended }: Advice): boolean => Object.keys(recommended).length > 0;

describe("in simulated trainings", () => {
  test("equal settings leave the defaults in at least 95 % of the cases", () => {
    const all = simulate(400, adviceFacts(), {});
    expect(shareOf(all, changesAny)).toBeLessThan(0.05);
    expect(shareOf(all, ({ answers }) => answers.every(({ kind }) => kind === "asked"))).toBeGreaterThan(0.9);
  });

  test.each<[string, (changes: Changes) => number]>([
    ["weight decay", ({ weightDecay }) => ((weightDecay as number) > 5e-4 ? 0.93 : 0.9)],
    ["optimizer", ({ optimizer = "sgd" }) => (optimizer === "lion" ? 0.93 : 0.9)],
    ["batch size", ({ batchSize = 64 }) => (batchSize === 32 ? 0.93 : 0.9)],
    ["momentum", ({ momentum = 0.9 }) => (momentum === 0.95 ? 0.93 : 0.9)],
    ["schedule", ({ schedule = "oneCycle" }) => (schedule === "cosine" ? 0.93 : 0.9)],
  ])("a better %s is found, and its gain is known to lie in the interval", (_, accuracyOf) => {
    const all = simulate(100, adviceFacts(), { accuracyOf, deviation: 0.006 });
    expect(shareOf(all, changesAny)).toBeGreaterThan(0.9);
    const covered = ({ validation }: Advice): boolean => {
      const [low, high] = validation?.difference.interval ?? [0, 0];
      return low <= 0.03 && 0.03 <= high;
    };
    expect(shareOf(all, (advice) => accuracyOf(advice.recommended) > 0.92)).toBeGreaterThan(0.9);
    expect(shareOf(all.filter(changesAny), covered)).toBeGreaterThan(0.9);
  });

  test.each([120, 300, 900, 3600, 36_000])("a time limit of %i seconds is kept", (budget) => {
    for (const jobs of [1, 2]) {
      const all = simulate(20, adviceFacts({ budget, jobs }), { accuracyOf: betterLion });
      for (const { spent, isFinished, lengths, answers } of all) {
        expect(spent).toBeLessThanOrEqual(budget);
        expect(isFinished).toBe(true);
        expect(passesOf(lengths?.question as never)).toBeLessThanOrEqual(passesOf(lengths?.validation as never));
        expect(answers).toHaveLength(6);
      }
      if (budget === 36_000) expect(all[0]?.lengths?.question).toEqual({ epochs: 8, images: 1800 });
    }
  });
  const betterLion = ({ optimizer }: Changes): number => (optimizer === "lion" ? 0.95 : 0.9);
});

test("a time limit that is too small for one question names one that is enough", () => {
  const facts = adviceFacts({ budget: 30 });
  const message = /^budget of 30 s: too small for one question .*Expected at least 1 min 28 s\./;
  expect(() => simulate(1, facts, {})).toThrow(message);
});

test("settings that the user states are not questioned", () => {
  const given = {
    data: "photos",
    optimizer: "sgd",
    lr: 0.1,
    batchSize: 64,
    weightDecay: 0,
    momentum: 0.9,
    schedule: "cosine",
  };
  const [advice] = simulate(1, adviceFacts({ given }), {}) as [Advice];
  expect(advice.answers.map((answer) => answer.kind === "not asked" && answer.reason)).toEqual([
    "Your settings state lr.",
    "Your settings state optimizer.",
    "Your settings state batchSize.",
    "Your settings state weightDecay.",
    "Your settings state schedule.",
    "Your settings state momentum.",
  ]);
  expect(advice).toMatchObject({ chosen: null, validation: null, recommended: {}, config: given, isFinished: true });
});
