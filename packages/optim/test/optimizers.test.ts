import { describe, expect, test } from "vitest";
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  asgd,
  nadam,
  type Optimizer,
  optimizers,
  radam,
  rmsprop,
  rprop,
  sgd,
} from "../src/index.ts";
import { type Golden, goldenNames, moreGoldens, pythonGoldens } from "./goldens.ts";
import { OPTIMIZER_TABLE } from "./optimizer-table.ts";
import { type Numbers, Run, type RunOptions } from "./run.ts";

const table = OPTIMIZER_TABLE.map((row) => ({ ...row, name: row.optimizer.name }));

describe("the registry", () => {
  test("every optimizer has its row, under its own name", () => {
    expect(Object.keys(optimizers).sort()).toEqual(table.map(({ name }) => name).sort());
    for (const [name, optimizer] of Object.entries(optimizers)) expect(optimizer.name).toBe(name);
  });

  test.each(table)("$name has its defaults", ({ optimizer, defaults }) => {
    expect(optimizer.hyperparameters).toEqual({ ...defaults, maximize: false });
  });
});

describe("golden numbers", () => {
  test("every row with goldens finds some, and all goldens belong to a row", () => {
    const named = table.flatMap(({ golden }) => golden ?? []);
    expect(named.filter((name) => !goldenNames.includes(name))).toEqual([]);
    const registered = Object.keys(optimizers).map((name) => name.toLowerCase());
    const isRegistered = (name: string) => registered.includes(name.replaceAll("_", "").toLowerCase());
    expect(goldenNames.filter((name) => isRegistered(name) && !named.includes(name))).toEqual([]);
  });

  const goldens = [...pythonGoldens(), ...moreGoldens("optimizers-more.json"), ...moreGoldens("additions.json")];
  test.each(goldens.map((golden) => [golden.label, golden] as const))("%s", (_, golden) => {
    // The rule as written, operation for operation.
    compare(golden, {}, (a, b) => Math.abs(a - b) <= 1e-12 * Math.abs(b));
    // The rearranged rule rounds its factors elsewhere.
    compare(golden, { asWritten: false }, (a, b) => Math.abs(a - b) <= 1e-10 * Math.abs(b));
    // The kernel. Float32 rounds a weight relative to its size, and a weight that comes near zero keeps the rounding of
    // its earlier, larger values. So below a tenth of the tensor's largest weight, the error is relative to that tenth.
    compare(
      golden,
      { dtype: "float32", backend: "wasm" },
      (a, b, largest) => Math.abs(a - b) <= 1e-5 * Math.max(Math.abs(b), largest / 10),
    );
  });
});

type Closeness = (a: number, b: number, largest: number) => boolean;

function compare(golden: Golden, options: RunOptions, isClose: Closeness): void {
  const run = new Run(golden.optimizer(golden.settings), golden.tensors, options);
  const check = (expected: Readonly<Record<string, readonly number[]>> = {}): void => {
    for (const [name, values] of Object.entries(expected)) {
      const found = run.values(name);
      if (golden.approximate) expectSameDirection(found, values, golden.tensors[name]?.start as Numbers);
      else expectClose(found, values, isClose);
    }
  };
  for (let step = 1; step <= golden.steps; step++) {
    run.step((name) => golden.gradient(name, step));
    check(golden.expected(step));
  }
  run.updater.withEvaluationWeights(() => check(golden.evaluation));
}

function expectClose(found: readonly number[], expected: readonly number[], isClose: Closeness): void {
  const largest = Math.max(...expected.map(Math.abs));
  const wrong = expected.filter((b, i) => !isClose(found[i] as number, b, largest));
  expect(wrong, `found ${found}`).toEqual([]);
}

/** Bfloat16 has two or three digits: elements near zero are wrong, but the whole tensor and its direction are right. */
function expectSameDirection(found: readonly number[], expected: readonly number[], start: Numbers): void {
  const minus = (a: readonly number[], b: Numbers): number[] => a.map((x, i) => x - (b[i] as number));
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
  const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));
  const [way, expectedWay] = [minus(found, start), minus(expected, start)];
  expect(norm(minus(found, expected))).toBeLessThan(2e-2 * norm(expected));
  expect(dot(way, expectedWay) / (norm(way) * norm(expectedWay))).toBeGreaterThan(0.999);
}

type Path = readonly [what: string, optimizer: Optimizer, expected: readonly number[]];

/** First coordinates of PyTorch's path down f(x) = Σ x² from (1, 2). */
const FIRST_COORDINATES: readonly Path[] = [
  ["SGD", sgd({ lr: 0.1 }), [0.8, 0.64, 0.512]],
  ["SGD with momentum", sgd({ lr: 0.1, momentum: 0.9 }), [0.8, 0.46, 0.062]],
  ["SGD with dampening", sgd({ lr: 0.1, momentum: 0.9, dampening: 0.5 }), [0.8, 0.54, 0.252]],
  ["SGD with Nesterov", sgd({ lr: 0.1, momentum: 0.9, nesterov: true }), [0.62, 0.2224, -0.108352]],
  ["Adam", adam(), [0.999, 0.9980000262, 0.9970000961]],
  ["AdamW", adamw({ lr: 0.1 }), [0.8990000005, 0.7985190272]],
  ["Adagrad", adagrad({ lr: 0.1 }), [0.9, 0.8331035268]],
  ["Adadelta", adadelta(), [0.9968377263, 0.9935981741]],
  ["RMSprop", rmsprop(), [0.900000005, 0.832917968]],
  ["RMSprop, centered", rmsprop({ centered: true, momentum: 0.9 }), [0.8994962235, 0.7413059809]],
  ["Adamax", adamax(), [0.998, 0.9960001054]],
  ["NAdam", nadam(), [0.9978870964, 0.9963211968]],
  ["RAdam", radam({ lr: 0.1 }), [0.8, 0.6210526316]],
  ["ASGD", asgd(), [0.9799990004]],
  ["Rprop", rprop(), [0.99, 0.978, 0.9636]],
];

test.each(FIRST_COORDINATES)("%s descends a bowl as PyTorch does", (_, optimizer, expected) => {
  const run = new Run(optimizer, { x: { shape: [2], start: [1, 2] } });
  const found = expected.map(() => {
    run.step((_name, values) => values.map((x) => 2 * x));
    return run.values()[0];
  });
  expect(found).toEqual(expected.map((x) => expect.closeTo(x, 9)));
});
