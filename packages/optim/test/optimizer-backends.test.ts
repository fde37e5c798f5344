import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Hyperparameters } from "../src/definition/hyperparameters.ts";
import { optimizers, type TensorState } from "../src/index.ts";
import type { AnyOptimizer } from "./optimizer-table.ts";
import { type Numbers, noise, Run, type RunOptions } from "./run.ts";

const all = Object.entries(optimizers).map(([name, optimizer]) => ({
  name,
  optimizer: optimizer as AnyOptimizer,
}));

/** Hyperparameters of an optimizer: defaults, zeros (which fold), other numbers, booleans, choices and a schedule. */
function settingsOf(optimizer: AnyOptimizer): fc.Arbitrary<Hyperparameters> {
  const accepts = (settings: Hyperparameters): boolean => {
    try {
      return optimizer(settings) !== undefined;
    } catch {
      return false;
    }
  };
  const { choices } = optimizer().parts.space;
  const arbitraries = Object.entries(optimizer.hyperparameters as Hyperparameters).map(([name, value]) => {
    if (typeof value === "boolean") return [name, fc.boolean()] as const;
    if (typeof value === "string") return [name, fc.constantFrom(...(choices[name] as string[]))] as const;
    if (name === "lr") {
      return [name, fc.constantFrom(value, 0.3, (step: number) => 0.1 / (1 + step))] as const;
    }
    const candidates = [value as number, 0, 0.25, 0.7 * (value as number), 1.3 * (value as number)];
    return [name, fc.constantFrom(...candidates.filter((candidate) => accepts({ [name]: candidate })))] as const;
  });
  return fc.record(Object.fromEntries(arbitraries)).filter(accepts);
}

/** Shapes for an optimizer: rows instead of vectors if it is for matrices. */
function shapeFor(optimizer: AnyOptimizer, shape: readonly number[]): readonly number[] {
  return shape.length < optimizer().parts.minimumRank ? [1, ...shape] : shape;
}

interface Sample {
  readonly settings: Hyperparameters;
  readonly shape: readonly number[];
  readonly seed: number;
}

function runOf(optimizer: AnyOptimizer, { settings, shape, seed }: Sample, options: RunOptions): Run {
  const given = shapeFor(optimizer, shape);
  const size = given.reduce((product, length) => product * length, 1);
  const start = noise(size, seed);
  return new Run(optimizer(settings), { x: { shape: given, start } }, { dtype: "float32", guard: "allow", ...options });
}

/** Gradients of every size that occurs in training, a factor of ten apart from step to step. */
const gradientAt = (seed: number, step: number) => (_: string, values: Numbers) =>
  noise(values.length, seed + 17 * step).map((g) => g * 10 ** ((step % 5) - 3));

/** Returns the first position at which two runs differ in a bit (any NaN equals any other); null if there is none. */
function firstDifference(a: Run, b: Run): string | null {
  const [left, right] = [a, b].map((run) => ({
    w: run.parameters.value("x"),
    ...(run.updater.state().tensors.x as TensorState).values,
  }));
  for (const [name, values] of Object.entries(left as object) as [string, Numbers | number][]) {
    const others = (right as Record<string, Numbers | number>)[name];
    if (typeof values === "number") {
      if (!Object.is(values, others)) return `${name}: ${values} and ${others}`;
      continue;
    }
    for (let i = 0; i < values.length; i++) {
      const [x, y] = [values[i], (others as Numbers)[i]];
      if (!Object.is(x, y)) return `${name}[${i}]: ${x} and ${y}`;
    }
  }
  return null;
}

function expectSameBits(optimizer: AnyOptimizer, sample: Sample): void {
  const kernel = runOf(optimizer, sample, { backend: "wasm" });
  const oracle = runOf(optimizer, sample, { backend: "interpreter", asWritten: false });
  for (let step = 0; step < 50; step++) {
    for (const run of [kernel, oracle]) run.step(gradientAt(sample.seed, step));
    if (step % 7 === 0 || step === 49) expect(firstDifference(kernel, oracle), `after step ${step}`).toBeNull();
  }
}

const SMALL = [[1], [3], [4], [5], [7, 5], [5, 7], [3, 4, 3, 3]] as const;
const LARGE = [{ shape: [1023] }, { shape: [10007] }, { shape: [31, 33] }] as const;

describe.each(all)(
  "$name: the kernel equals the interpreter of the same plan, bit for bit",
  { timeout: 60_000 },
  ({ optimizer }) => {
    test("small tensors", () => {
      const samples = fc.record({
        settings: settingsOf(optimizer),
        shape: fc.constantFrom(...SMALL),
        seed: fc.nat(1e6),
      });
      const equals = (sample: Sample): void => expectSameBits(optimizer, sample);
      fc.assert(fc.property(samples, equals), { numRuns: 12, seed: 1 });
    });

    test.each(LARGE)("$shape", ({ shape }) => {
      const [settings = {}] = fc.sample(settingsOf(optimizer), { numRuns: 1, seed: shape[0] });
      expectSameBits(optimizer, { settings, shape, seed: 5 });
    });
  },
);

describe.each(all)("$name", ({ optimizer }) => {
  // Each of Muon's five iterations multiplies a small singular value, and its rounding error, by up to 3.4445; with other
  // coefficients it may grow without bound.
  const { nsSteps = 0 } = optimizer.hyperparameters;
  const fixed = Object.fromEntries(Object.entries(optimizer.hyperparameters).filter(([name]) => name.startsWith("ns")));
  const bound = 1e-6 * 3.4445 ** nsSteps;

  /**
   * Takes some steps as written, and then one more step of each kind from the same state. A rate near 1 makes steps
   * about as large as weights, so that neither hides the other's rounding. Differences are relative to the tensor's
   * largest weight or step, because sums along a tensor share their rounding among its elements.
   */
  test("the rearranged plan stays within 1e-6 of the rule as written", () => {
    const samples = fc.record({
      settings: settingsOf(optimizer).map((settings) => ({ ...settings, ...fixed, lr: 0.5 })),
      shape: fc.constantFrom(...SMALL),
      seed: fc.nat(1e6),
    });
    const isClose = (sample: Sample): void => {
      const written = runOf(optimizer, sample, { backend: "interpreter" });
      for (let step = 0; step < 6; step++) written.step(gradientAt(sample.seed, step));
      const before = written.values();
      const plan = runOf(optimizer, sample, { backend: "interpreter", asWritten: false });
      plan.parameters.setValue("x", before);
      plan.updater.restore(written.updater.state());
      for (const run of [written, plan]) run.step(gradientAt(sample.seed, 6));
      const expected = written.values();
      const largest = Math.max(...expected.flatMap((x, i) => [Math.abs(x), Math.abs(x - (before[i] as number))]));
      fc.pre(Number.isFinite(largest));
      const apart = Math.max(...plan.values().map((x, i) => Math.abs(x - (expected[i] as number))));
      expect(apart).toBeLessThanOrEqual(bound * largest);
    };
    fc.assert(fc.property(samples, isClose), { numRuns: 40, seed: 2 });
  });
});
