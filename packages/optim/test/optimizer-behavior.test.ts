import { describe, expect, test } from "vitest";
import { asgd, momo, muon, rprop, scheduleFreeAdamw, scheduleFreeSgd, sgd } from "../src/index.ts";
import { OPTIMIZER_TABLE } from "./optimizer-table.ts";
import { noise, Run, type RunOptions, type Tensor } from "./run.ts";

const table = OPTIMIZER_TABLE.map((row) => ({ ...row, name: row.optimizer.name }));

interface Surface {
  readonly start: readonly number[];
  readonly loss: (at: readonly number[]) => number;
  readonly gradient: (at: readonly number[]) => number[];
}

const curvature = (i: number): number => 10 ** (i / 5);

/** A bowl ten times as steep along its last axis as along its first. */
const BOWL: Surface = {
  start: [1, -2, 0.5, 1.5, -1, 0.7],
  loss: (at) => at.reduce((sum, x, i) => sum + (curvature(i) * (x - 0.2) ** 2) / 2, 0),
  gradient: (at) => at.map((x, i) => curvature(i) * (x - 0.2)),
};

/** Rosenbrock's valley: the loss is 24.2 at the start, and about 4 on its floor. */
const ROSENBROCK: Surface = {
  start: [-1.2, 1],
  loss: ([x = 0, y = 0]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
  gradient: ([x = 0, y = 0]) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
};

/** Returns the start as a matrix of one row, for optimizers of matrices only. */
const asRow = ({ start }: Surface) => ({ x: { shape: [1, start.length], start } });

const SHAPES = { weight: [4, 6], filter: [3, 2, 3, 3], bias: [7] };

function tensors(minimumRank: number): Record<string, Tensor> {
  const fitting = Object.entries(SHAPES).filter(([, shape]) => shape.length >= minimumRank);
  return Object.fromEntries(
    fitting.map(([name, shape], seed) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return [name, { shape, start: noise(size, seed) }];
    }),
  );
}

describe.each(table)("$name", ({ optimizer, descent }) => {
  test.each([
    ["a bowl", BOWL, 0.1],
    ["Rosenbrock's slope", ROSENBROCK, 0.2],
  ] as const)("goes down %s", (_, surface, share) => {
    const run = new Run(optimizer(descent), asRow(surface));
    for (let step = 0; step < 500; step++) run.step((_name, values) => surface.gradient(values));
    expect(surface.loss(run.values())).toBeLessThan(share * surface.loss(surface.start));
  });

  test("with maximize it climbs exactly as it descends", () => {
    const descending = new Run(optimizer(descent), asRow(BOWL));
    const climbing = new Run(optimizer({ ...descent, maximize: true }), asRow(BOWL));
    for (let step = 0; step < 20; step++) {
      descending.step((_, values) => BOWL.gradient(values));
      climbing.step((_, values) => BOWL.gradient(values).map((g) => -g));
    }
    expect(climbing.values()).toEqual(descending.values());
  });

  test.each(["interpreter", "wasm"] as const)("resumes bit for bit from a saved state (%s)", (backend) => {
    const start = tensors(optimizer().parts.minimumRank);
    const whole = new Run(optimizer(descent), start, { dtype: "float32", backend });
    const move = (run: Run, step: number): void =>
      run.step((_, values) => noise(values.length, 1000 * step + values.length));
    for (let step = 0; step < 5; step++) move(whole, step);
    const half = Object.entries(start).map(([name, { shape }]) => [name, { shape, start: whole.values(name) }]);
    const resumed = new Run(optimizer(descent), Object.fromEntries(half), { dtype: "float32", backend });
    resumed.updater.restore(structuredClone(whole.updater.state()));
    for (const run of [whole, resumed]) for (let step = 5; step < 10; step++) move(run, step);
    for (const name of Object.keys(start)) expect(resumed.values(name)).toEqual(whole.values(name));
    expect(resumed.updater.state()).toEqual(whole.updater.state());
  });
});

describe("weights to evaluate with", () => {
  const evaluated = (run: Run): number[] => run.updater.withEvaluationWeights(() => run.values());
  const start = { x: { shape: [1], start: [1] } };

  test("equal the initial weights before the first step", () => {
    for (const optimizer of [asgd(), scheduleFreeSgd()]) expect(evaluated(new Run(optimizer, start))).toEqual([1]);
  });

  test("of ASGD are the mean of the weights after step t0 + 1", () => {
    const run = new Run(asgd({ lr: 0.5, lambd: 0, t0: 1 }), start);
    const seen = Array.from({ length: 4 }, () => {
      run.step(() => [1]);
      return run.values()[0] as number;
    });
    expect(seen).toEqual([0.5, 0, -0.5, -1]);
    expect(evaluated(run)).toEqual([expect.closeTo((-0.5 - 1) / 2, 7)]);
  });

  test("of a schedule-free optimizer are the mean of z at a constant rate", () => {
    const run = new Run(scheduleFreeSgd({ lr: 0.25 }), start);
    for (let step = 0; step < 3; step++) run.step(() => [1]);
    expect(evaluated(run)).toEqual([expect.closeTo((0.75 + 0.5 + 0.25) / 3, 12)]);
  });

  // The rule as written, the rearranged plan and the kernel.
  const ways: readonly RunOptions[] = [{}, { asWritten: false }, { dtype: "float32", backend: "wasm" }];
  test.each(ways)("of a schedule-free optimizer stay the mean of z while beta1 changes: %j", (options) => {
    const digits = options.dtype === "float32" ? 6 : 12;
    const betas = [0.9, 0.9, 0.5, 0.99, 0.7];
    const run = new Run(scheduleFreeSgd({ lr: 0.1, beta1: (step) => betas[step] as number }), start, options);
    for (const [step, beta1] of betas.entries()) {
      run.step(() => [1]);
      const [z, mean] = [1 - 0.1 * (step + 1), 1 - 0.05 * (step + 2)];
      expect(evaluated(run)).toEqual([expect.closeTo(mean, digits)]);
      expect(run.values()).toEqual([expect.closeTo(beta1 * mean + (1 - beta1) * z, digits)]);
    }
  });

  test("of schedule-free AdamW stay the mean of z while beta1 changes, in a resumed run", () => {
    const optimizer = scheduleFreeAdamw({ lr: 0.1, eps: 0, beta1: (step) => [0.9, 0.5, 0.8][step] as number });
    let run = new Run(optimizer, start);
    for (let step = 0; step < 3; step++) {
      run.step(() => [1]);
      const [saved, w] = [run.updater.state(), run.values()];
      run = new Run(optimizer, { x: { shape: [1], start: w } });
      run.updater.restore(saved);
      expect(evaluated(run)).toEqual([expect.closeTo(1 - 0.05 * (step + 2), 12)]);
    }
  });
});

const MISTAKES: readonly (readonly [what: string, act: () => unknown, message: string])[] = [
  ["Nesterov without momentum", () => sgd({ nesterov: true }), "sgd: nesterov needs momentum > 0 and dampening 0"],
  [
    "Nesterov with dampening",
    () => sgd({ nesterov: true, momentum: 0.9, dampening: 0.1 }),
    "sgd: nesterov needs momentum > 0 and dampening 0",
  ],
  ["dampening without momentum", () => sgd({ dampening: 0.5 }), "sgd: dampening needs momentum > 0"],
  [
    "Nesterov in a group without momentum",
    () => sgd({ nesterov: true, momentum: 0.9 }, { groups: [{ match: "bias", momentum: 0 }] }),
    'sgd, group "bias": nesterov needs momentum > 0',
  ],
  [
    "etas in the wrong order",
    () => rprop({ etaMinus: 1.2, etaPlus: 0.5 }),
    "rprop: etaMinus = 1.2: expected a number in (0, 1)",
  ],
  [
    "step sizes in the wrong order",
    () => rprop({ stepSizeMin: 1, stepSizeMax: 0.1 }),
    "rprop: stepSizeMin must not exceed stepSizeMax",
  ],
  [
    "Muon on a bias",
    () => new Run(muon(), { bias: { shape: [3], start: [1, 2, 3] } }),
    "muon is for tensors of at least 2 axes, and 'bias' has shape [3]",
  ],
  [
    "an unknown way to adjust Muon's rate",
    () => muon({ adjustLrFn: "match" }),
    'muon: adjustLrFn = "match": expected one of "original", "match_rms_adamw", "spectral_unclamped"',
  ],
  [
    "MoMo without a loss",
    () => momo({ lr: 0.1 }),
    "momo: loss must be a function of the latest loss, such as () => loss",
  ],
  ["half an iteration", () => muon({ nsSteps: 2.5 }), "muon: nsSteps = 2.5: expected a number in [1, 100) whole"],
  [
    "iterations that change",
    () => new Run(muon({ nsSteps: () => 5 }), { x: { shape: [1, 1], start: [1] } }),
    "muon: nsSteps is fixed when bound",
  ],
  [
    "schedule-free without averaging",
    () => scheduleFreeSgd({ beta1: 0 }),
    "scheduleFreeSgd: beta1 = 0: expected a number in (0, 1)",
  ],
];

test.each(MISTAKES)("%s throws", (_, act, message) => {
  expect(act).toThrow(message);
});
