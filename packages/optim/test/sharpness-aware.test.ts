import { describe, expect, test } from "vitest";
import {
  accumulateGradients,
  type BindOptions,
  clipByGlobalNorm,
  exponentialMovingAverage,
  lookahead,
  type Optimizer,
  Parameters,
  sgd,
  sharpnessAware,
} from "../src/index.ts";

// Both gradients of sharpness-aware minimization belong to one step, whatever it wraps.

const RHOS = [0.05, 0.1, 0.2, 0.3];
const base = (): Optimizer => sgd({ lr: (step) => 0.1 / (1 + step), momentum: 0.9 });

/** Number of calls per update, and the optimizer. */
const WRAPPED: Readonly<Record<string, readonly [microSteps: number, optimizer: () => Optimizer]>> = {
  nothing: [1, base],
  accumulateGradients: [2, () => accumulateGradients(base(), { microSteps: 2 })],
  clipByGlobalNorm: [1, () => clipByGlobalNorm(base(), { maxNorm: 0.5 })],
  exponentialMovingAverage: [1, () => exponentialMovingAverage(base(), { averageDecay: 0.5 })],
  lookahead: [1, () => lookahead(base(), { syncPeriod: 2 })],
  "lookahead and accumulateGradients": [
    2,
    () => lookahead(accumulateGradients(base(), { microSteps: 2 }), { syncPeriod: 2 }),
  ],
};

type Half = 1 | 2;

function training(optimizer: Optimizer, options: BindOptions = {}, w = [1, -0.5, 0.25, 2]) {
  const parameters = new Parameters({ a: [2], b: [2] }, { dtype: "float64" });
  parameters.setValue("a", w.slice(0, 2));
  parameters.setValue("b", w.slice(2));
  const rhos: number[] = [];
  const rho = (step: number): number => {
    rhos.push(step);
    return RHOS[step % RHOS.length] as number;
  };
  const updater = sharpnessAware(optimizer, { rho }).bind(parameters, options);
  rhos.length = 0;
  const values = (): number[] => [...parameters.value("a"), ...parameters.value("b")];
  /** Makes one call; `broken` is the half whose gradient is NaN. */
  const call = (index: number, broken?: Half): number => {
    let half = 0;
    return updater.step(() => {
      half++;
      for (const name of ["a", "b"]) {
        const noise = Math.cos(index + name.charCodeAt(0));
        parameters.setGradient(
          name,
          Array.from(parameters.value(name), (x, i) => 2 * (i + 1) * x + 0.3 * noise),
        );
      }
      if (half === broken) parameters.gradient("b")[1] = Number.NaN;
      return values().reduce((sum, x) => sum + x * x, 0);
    });
  };
  return { parameters, updater, rhos, values, call };
}

describe.each(Object.entries(WRAPPED))("around %s", (_, [microSteps, optimizer]) => {
  test("rho follows the updates: one value for all calls of an update", () => {
    const { rhos, call, updater } = training(optimizer());
    for (let i = 0; i < 6; i++) call(i);
    expect(rhos).toEqual([0, 1, 2, 3, 4, 5].map((i) => Math.floor(i / microSteps)));
    expect([updater.steps, updater.skipped]).toEqual([6 / microSteps, 0]);
  });

  test.each([1, 2, 3, 4, 5])("continues bit for bit when resumed after call %d", (pause) => {
    const whole = training(optimizer());
    for (let i = 0; i < pause; i++) whole.call(i);
    const [saved, w] = [structuredClone(whole.updater.state()), whole.values()];
    const resumed = training(optimizer(), {}, w);
    resumed.updater.restore(saved);
    for (let i = pause; i < 8; i++) expect(resumed.call(i)).toBe(whole.call(i));
    expect(resumed.values()).toEqual(whole.values());
    expect(resumed.updater.state()).toEqual(whole.updater.state());
    const evaluated = [resumed, whole].map(({ updater, values }) => updater.withEvaluationWeights(values));
    expect(evaluated[0]).toEqual(evaluated[1]);
  });

  test.each<[Half, number]>([
    [1, 0],
    [1, 3],
    [2, 0],
    [2, 3],
  ])('guard "skip": NaN in half %d of call %d leaves out the whole step, once', (half, at) => {
    const [broken, clean] = [training(optimizer(), { guard: "skip" }), training(optimizer())];
    for (let i = 0; i < 6; i++) {
      if (i === at) {
        const before = { values: broken.values(), state: broken.updater.state() };
        broken.call(i, half);
        expect({ values: broken.values(), state: broken.updater.state() }).toEqual(before);
        expect(broken.updater.skipped).toBe(1);
      }
      broken.call(i);
      clean.call(i);
    }
    expect(broken.values()).toEqual(clean.values());
    expect(broken.updater.state()).toEqual(clean.updater.state());
    expect([broken.updater.skipped, broken.updater.steps]).toEqual([1, clean.updater.steps]);
  });

  test.each<Half>([1, 2])('guard "throw": NaN in half %d is an error of that step, which is not counted', (half) => {
    const { call, updater, values } = training(optimizer());
    for (let i = 0; i < microSteps; i++) call(i);
    const [before, state] = [values(), updater.state()];
    expect(() => call(9, half)).toThrow("the gradient of 'b' is NaN at index 1, in step 1");
    expect([updater.steps, updater.skipped]).toEqual([1, 0]);
    // The ascent comes before any update.
    if (half === 1) expect({ values: values(), state: updater.state() }).toEqual({ values: before, state });
    expect(values().every(Number.isFinite)).toBe(true);
  });

  test.each<Half>([1, 2])('guard "allow": NaN in half %d goes through, and the step counts', (half) => {
    const { call, updater, values } = training(optimizer(), { guard: "allow" });
    for (let i = 0; i < microSteps; i++) call(i, half);
    expect([updater.steps, updater.skipped]).toEqual([1, 0]);
    expect(values().some(Number.isNaN)).toBe(true);
  });

  test("a state of the wrapped optimizer alone is rejected", () => {
    const { updater } = training(optimizer());
    const plain = optimizer().bind(new Parameters({ a: [2], b: [2] }, { dtype: "float64" }));
    expect(() => updater.restore(plain.state())).toThrow(
      `it was saved by '${optimizer().name}', and this is 'sharpness`,
    );
    expect(() => plain.restore(updater.state())).toThrow("it was saved by 'sharpnessAware(");
  });
});

test("the worst point of a maximized function lies downhill", () => {
  const seen: number[] = [];
  const parameters = new Parameters({ x: [1] }, { dtype: "float64" });
  parameters.setValue("x", [1]);
  const updater = sharpnessAware(sgd({ lr: 0.1, maximize: true }), { rho: 0.5 }).bind(parameters);
  updater.step(() => {
    seen.push(parameters.value("x")[0] as number);
    parameters.setGradient("x", [1]);
    return seen[0] as number;
  });
  expect(seen).toEqual([1, expect.closeTo(0.5, 9)]);
  expect(parameters.value("x")[0]).toBeCloseTo(1.1, 12);
});

test("an asynchronous closure gives the same bits; until its promise settles, other calls throw", async () => {
  const make = () => {
    const parameters = new Parameters({ a: [2] });
    parameters.setValue("a", [1, -0.5]);
    return { parameters, updater: sharpnessAware(sgd({ lr: 0.1, momentum: 0.9 }), { rho: 0.2 }).bind(parameters) };
  };
  const [sync, async] = [make(), make()];
  const compute = ({ parameters }: { readonly parameters: Parameters }): number => {
    const [x = 0, y = 0] = parameters.value("a");
    parameters.setGradient("a", [2 * x, 6 * y * y]);
    return x * x + 2 * y ** 3;
  };
  for (let i = 0; i < 3; i++) {
    const loss = sync.updater.step(() => compute(sync));
    const promise = async.updater.step(async () => {
      await Promise.resolve();
      return compute(async);
    });
    for (const call of ["state", "step", "restore", "withEvaluationWeights"] as const) {
      expect(() => (async.updater[call] as (argument: () => number) => unknown)(() => 0)).toThrow(
        "an asynchronous step is running. Await it first.",
      );
    }
    expect(await promise).toBe(loss);
    expect(async.parameters.value("a")).toEqual(sync.parameters.value("a"));
  }
  const before = async.parameters.value("a").slice();
  await expect(
    async.updater.step(async () => {
      if (async.parameters.value("a")[0] !== before[0]) throw new Error("at the worst point");
      return compute(async);
    }),
  ).rejects.toThrow("at the worst point");
  expect(async.parameters.value("a")).toEqual(before);
  expect(await async.updater.step(async () => compute(async))).toBeLessThan(1);
});
