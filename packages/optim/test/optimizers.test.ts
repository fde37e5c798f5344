import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type BindOptions, optimizers, type StepFunction } from "../src/index.ts";
import { type AnyOptimizer, fromPython, OPTIMIZER_TABLE, type OptimizerRow } from "./optimizer-table.ts";
import { type Numbers, noise, Run, type RunOptions, type Tensor } from "./run.ts";

const read = (file: string) => JSON.parse(readFileSync(new URL(`./fixtures/${file}`, import.meta.url), "utf8"));
const table = OPTIMIZER_TABLE.map((row) => ({ ...row, name: row.optimizer.name }));

/** What another library computed: each tensor after each of some steps. */
interface Golden {
  readonly label: string;
  readonly optimizer: AnyOptimizer;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly steps: number;
  readonly gradient: (tensor: string, step: number) => Numbers;
  readonly expected: (step: number) => Readonly<Record<string, readonly number[]>> | undefined;
  readonly evaluation?: Readonly<Record<string, readonly number[]>>;
  /** PyTorch's Muon computes in bfloat16. */
  readonly approximate: boolean;
}

describe("golden numbers", () => {
  const goldens = [...goldensOfVectors(), ...goldensOfMatrices(), ...moreGoldens()];

  test("every row with a golden name has goldens, and every golden of an optimizer in the registry runs", () => {
    const file = read("optimizers.json");
    const known: string[] = [...file.cases, ...file.matrix.cases].map(({ optimizer }) => optimizer);
    const claimed = table.flatMap(({ golden }) => golden ?? []);
    expect(claimed.filter((name) => !known.includes(name))).toEqual([]);
    const registered = Object.keys(optimizers).map((name) => name.toLowerCase());
    const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();
    expect(known.filter((name) => !claimed.includes(name) && registered.includes(plain(name)))).toEqual([]);
  });

  test.each(goldens)("$label", (golden) => {
    // As written, operation for operation; rearranged, where a factor may be rounded elsewhere; the kernel.
    compare(golden, {}, (a, b) => Math.abs(a - b) <= 1e-12 * Math.abs(b));
    compare(golden, { asWritten: false }, (a, b) => Math.abs(a - b) <= 1e-10 * Math.abs(b));
    // Float32 rounds each sum to its own size. A weight that passes near zero keeps the rounding of the larger ones
    // that it passed through, so below a tenth of the tensor's largest entry, that tenth is the measure.
    compare(golden, { dtype: "float32", backend: "wasm" }, (a, b, largest) => Math.abs(a - b) <= 1e-5 * Math.max(Math.abs(b), largest / 10));
  });
});

function compare(golden: Golden, options: RunOptions, isClose: (a: number, b: number, largest: number) => boolean): void {
  const run = new Run(golden.optimizer(golden.settings), golden.tensors, options);
  const check = (found: Numbers, expected: readonly number[], start: Numbers): void => {
    if (golden.approximate) {
      const moved = Array.from(found, (x, i) => x - (start[i] as number));
      const shouldMove = expected.map((x, i) => x - (start[i] as number));
      expect(norm(Array.from(found, (x, i) => x - (expected[i] as number)))).toBeLessThan(2e-2 * norm(expected));
      expect(dot(moved, shouldMove) / (norm(moved) * norm(shouldMove))).toBeGreaterThan(0.999);
    } else {
      const largest = Math.max(...expected.map(Math.abs));
      const wrong = expected.findIndex((b, i) => !isClose(found[i] as number, b, largest));
      if (wrong >= 0) expect(Array.from(found)).toEqual(expected);
    }
  };
  for (let step = 1; step <= golden.steps; step++) {
    run.step((name) => golden.gradient(name, step));
    for (const [name, expected] of Object.entries(golden.expected(step) ?? {})) {
      check(run.parameters.value(name), expected, golden.tensors[name]?.start as Numbers);
    }
  }
  run.updater.withEvaluationWeights(() => {
    for (const [name, expected] of Object.entries(golden.evaluation ?? {})) check(run.parameters.value(name), expected, []);
  });
}

function goldensOfVectors(): Golden[] {
  const file = read("optimizers.json");
  return table.flatMap(({ optimizer, golden }) =>
    file.cases
      .filter((entry: { optimizer: string }) => entry.optimizer === golden)
      .map((entry: { hyperparameters: object; lr: string; parameters: Record<number, number[]> }) => {
        const settings = fromPython({ ...entry.hyperparameters });
        const isScheduled = entry.lr.startsWith("scheduled");
        const scheduled = scheduleRate(optimizer, settings, (step) => file.lrFactor[step]);
        return {
          label: `${optimizer.name} ${JSON.stringify(settings)}${isScheduled ? ", rate scheduled" : ""}`,
          optimizer,
          settings: isScheduled ? scheduled : settings,
          tensors: { x: { shape: [file.start.length], start: file.start } },
          steps: file.steps,
          gradient: (_, step) => file.gradients[step - 1],
          expected: (step) => entry.parameters[step] && { x: entry.parameters[step] },
          approximate: false,
        } satisfies Golden;
      }),
  );
}

function goldensOfMatrices(): Golden[] {
  const { matrix, steps } = read("optimizers.json");
  return table.flatMap(({ optimizer, golden }) =>
    matrix.cases
      .filter((entry: { optimizer: string }) => entry.optimizer === golden)
      .map((entry: { hyperparameters: object; shape: number[]; parameters: Record<number, number[]> }) => {
        const settings = fromPython({ ...entry.hyperparameters });
        return {
          label: `${optimizer.name} ${JSON.stringify(settings)}, ${entry.shape.join(" x ")}`,
          optimizer,
          settings,
          tensors: { x: { shape: entry.shape, start: matrix.start } },
          steps,
          gradient: (_, step) => matrix.gradients[step - 1],
          expected: (step) => entry.parameters[step] && { x: entry.parameters[step] },
          approximate: golden === "Muon",
        } satisfies Golden;
      }),
  );
}

interface MoreGolden {
  readonly optimizer: string;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly shapes: number[][];
  readonly parameters: Readonly<Record<number, number[][]>>;
  readonly evaluation?: number[][];
  readonly falling?: boolean;
  readonly approximate?: boolean;
}

/** See `number` in fixtures/optimizers-more.py: step 0 is the start. */
function exactNumber(element: number, step: number, tensor: number): number {
  if (step > 0 && (element + step) % 11 === 0) return 0;
  return ((((element * 37 + step * 101 + tensor * 53 + 11) * 7919) % 1009) - 400) / 256;
}

function moreGoldens(): Golden[] {
  const file = read("optimizers-more.json");
  return file.cases.map((entry: MoreGolden) => {
    const optimizer = optimizers[entry.optimizer as keyof typeof optimizers] as AnyOptimizer;
    const sizes = entry.shapes.map((shape) => shape.reduce((product, length) => product * length, 1));
    const numbers = (tensor: number, step: number) => Array.from({ length: sizes[tensor] as number }, (_, i) => exactNumber(i, step, tensor));
    const named = <T>(values: readonly T[]): Record<string, T> => Object.fromEntries(values.map((value, i) => [String(i), value]));
    const settings = entry.falling ? scheduleRate(optimizer, entry.hyperparameters, (step) => 1 / (1 + step / 4)) : entry.hyperparameters;
    return {
      label: `${entry.optimizer} ${JSON.stringify(entry.hyperparameters)}, ${JSON.stringify(entry.shapes)}`,
      optimizer,
      settings,
      tensors: named(entry.shapes.map((shape, i) => ({ shape, start: numbers(i, 0) }))),
      steps: file.steps,
      gradient: (tensor, step) => numbers(Number(tensor), step),
      expected: (step) => entry.parameters[step] && named(entry.parameters[step]),
      ...(entry.evaluation ? { evaluation: named(entry.evaluation) } : {}),
      approximate: entry.approximate ?? false,
    } satisfies Golden;
  });
}

function scheduleRate(optimizer: AnyOptimizer, settings: Readonly<Record<string, unknown>>, factor: StepFunction): Record<string, unknown> {
  const base = (settings.lr ?? optimizer.hyperparameters.lr) as number;
  return { ...settings, lr: (step: number) => base * factor(step) };
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));

describe("the registry", () => {
  test("every optimizer has its row, under its own name", () => {
    expect(Object.keys(optimizers).sort()).toEqual(table.map(({ name }) => name).sort());
    for (const [name, optimizer] of Object.entries(optimizers)) expect(optimizer.name).toBe(name);
  });

  test.each(table)("$name has its defaults", ({ optimizer, defaults }) => {
    expect(optimizer.hyperparameters).toEqual({ ...defaults, maximize: false });
  });
});

/** Half a bowl, ten times as steep along its last axis as along its first. */
const BOWL = {
  start: [1, -2, 0.5, 1.5, -1, 0.7],
  loss: (x: Numbers) => Array.from(x).reduce((sum, xi, i) => sum + (curvature(i) * (xi - 0.2) ** 2) / 2, 0),
  gradient: (x: Numbers) => Array.from(x, (xi, i) => curvature(i) * (xi - 0.2)),
};
const curvature = (i: number): number => 10 ** (i / 5);

const ROSENBROCK = {
  start: [-1.2, 1],
  loss: ([x, y]: readonly number[]) => (1 - (x as number)) ** 2 + 100 * ((y as number) - (x as number) ** 2) ** 2,
  gradient: (at: Numbers) => {
    const [x, y] = [at[0] as number, at[1] as number];
    return [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)];
  },
};

/** As a matrix of one row, for those that are for matrices. */
const tensor = (start: readonly number[]) => ({ x: { shape: [1, start.length], start } });

describe.each(table)("$name", ({ optimizer, descent }) => {
  const settings = descent as OptimizerRow["descent"];

  test("goes down a bowl and into Rosenbrock's valley", () => {
    const bowl = new Run(optimizer(settings), tensor(BOWL.start));
    for (let i = 0; i < 500; i++) bowl.step((_, x) => BOWL.gradient(x));
    expect(BOWL.loss(bowl.values())).toBeLessThan(0.1 * BOWL.loss(BOWL.start));
    const valley = new Run(optimizer(settings), tensor(ROSENBROCK.start));
    for (let i = 0; i < 500; i++) valley.step((_, x) => ROSENBROCK.gradient(x));
    // 24.2 at the start; the floor of the valley is at about 4 there.
    expect(ROSENBROCK.loss(valley.values())).toBeLessThan(4.5);
  });

  test("with maximize, it climbs just as it descends", () => {
    const descending = new Run(optimizer(settings), tensor(BOWL.start));
    const climbing = new Run(optimizer({ ...settings, maximize: true }), tensor(BOWL.start));
    for (let i = 0; i < 20; i++) {
      descending.step((_, x) => BOWL.gradient(x));
      climbing.step((_, x) => BOWL.gradient(x).map((g) => -g));
    }
    expect(climbing.values()).toEqual(descending.values());
  });

  test.each<BindOptions["backend"]>(["interpreter", "wasm"])("resumes from a saved state bit for bit (%s)", (backend) => {
    const shapes = { weight: [4, 6], filter: [3, 2, 3, 3], ...(optimizer().parts.minimumRank < 2 ? { bias: [7] } : {}) };
    const sizes = Object.entries(shapes).map(([name, shape]) => [name, shape.reduce((a, b) => a * b, 1)] as const);
    const tensors = Object.fromEntries(sizes.map(([name, size]) => [name, { shape: shapes[name as "weight"], start: noise(size, size) }]));
    const options: RunOptions = { dtype: "float32", backend, seed: 7 };
    const gradientAt = (step: number) => (_: string, values: Numbers) => noise(values.length, 1000 * step + values.length);
    const whole = new Run(optimizer(settings), tensors, options);
    for (let step = 0; step < 5; step++) whole.step(gradientAt(step));
    const saved = structuredClone(whole.updater.state());
    const middle = Object.fromEntries(sizes.map(([name]) => [name, { shape: shapes[name as "weight"], start: whole.values(name) }]));
    const resumed = new Run(optimizer(settings), middle, { ...options, seed: 0 });
    resumed.updater.restore(saved);
    for (let step = 5; step < 10; step++) {
      whole.step(gradientAt(step));
      resumed.step(gradientAt(step));
    }
    for (const [name] of sizes) expect(resumed.values(name)).toEqual(whole.values(name));
    expect(resumed.updater.state()).toEqual(whole.updater.state());
  });
});
