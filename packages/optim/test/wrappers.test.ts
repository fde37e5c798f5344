import { describe, expect, test } from "vitest";
import {
  accumulateGradients,
  adam,
  adaptiveGradientClipping,
  centralizeGradient,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  decoupledWeightDecay,
  defineOptimizer,
  exponentialMovingAverage,
  gradientNoise,
  lookahead,
  type Optimizer,
  Parameters,
  sharpnessAware,
  stochasticWeightAveraging,
} from "../src/index.ts";

const descent = defineOptimizer({
  name: "descent",
  title: "Gradient descent",
  paper: "",
  hyperparameters: { lr: 0.1 },
  rule: ["w = w - lr * g"],
});
const LR = 0.1;

/** Weights and gradients of three tensors, as nested arrays by hand. */
type Tensors = { matrix: number[][]; filters: number[][]; bias: number[] };
const SHAPES = { matrix: [3, 5], filters: [2, 2, 3, 1], bias: [3] };
type Name = keyof Tensors;
const NAMES = Object.keys(SHAPES) as Name[];

const start = (name: Name): number[] => values(name, (i) => Math.sin(2 * i + name.length));
const gradientAt = (step: number, name: Name): number[] =>
  values(name, (i) => 2 * Math.cos(1.7 * i + step + name.length));
const values = (name: Name, of: (i: number) => number): number[] =>
  Array.from({ length: SHAPES[name].reduce((a, b) => a * b, 1) }, (_, i) => of(i));
/** Inputs of one unit: a row of a matrix, a filter; the whole of a vector. */
const units = (name: Name): number[][] => {
  const all = values(name, (i) => i);
  const size = SHAPES[name].length < 2 ? all.length : all.length / (SHAPES[name][0] as number);
  return Array.from({ length: all.length / size }, (_, unit) => all.slice(unit * size, (unit + 1) * size));
};
const norm = (x: readonly number[]): number => Math.hypot(...x);

/** Runs a wrapper and its computation by hand for some steps in float64, and compares all weights. */
function compare(
  optimizer: Optimizer,
  byHand: (state: { w: Record<Name, number[]>; g: Record<Name, number[]>; step: number }) => void,
  evaluated?: () => Record<Name, number[]>,
): void {
  const parameters = new Parameters(SHAPES, { dtype: "float64" });
  const w = Object.fromEntries(NAMES.map((name) => [name, start(name)])) as Record<Name, number[]>;
  for (const name of NAMES) parameters.setValue(name, start(name));
  const updater = optimizer.bind(parameters);
  for (let step = 0; step < 13; step++) {
    const g = Object.fromEntries(NAMES.map((name) => [name, gradientAt(step, name)])) as Record<Name, number[]>;
    for (const name of NAMES) parameters.setGradient(name, g[name]);
    updater.step();
    byHand({ w, g, step });
    for (const name of NAMES) expectClose([...parameters.value(name)], w[name]);
    if (!evaluated) continue;
    const expected = evaluated();
    const before = parameters.values.slice();
    updater.withEvaluationWeights(() => {
      for (const name of NAMES) expectClose([...parameters.value(name)], expected[name]);
    });
    expect(parameters.values).toEqual(before);
  }
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 12);
}

const step = (w: Record<Name, number[]>, g: Record<Name, number[]>): void => {
  for (const name of NAMES) w[name] = w[name].map((x, i) => x - LR * (g[name][i] as number));
};

describe("around plain descent, a wrapper computes its formula", () => {
  test("clipByValue", () =>
    compare(clipByValue(descent(), { clipValue: 0.5 }), ({ w, g }) => {
      for (const name of NAMES) g[name] = g[name].map((x) => Math.max(-0.5, Math.min(0.5, x)));
      step(w, g);
    }));

  test("clipByNorm: each tensor separately", () =>
    compare(clipByNorm(descent(), { clipNorm: 3 }), ({ w, g }) => {
      for (const name of NAMES) g[name] = g[name].map((x) => x * Math.min(1, 3 / (norm(g[name]) + 1e-6)));
      step(w, g);
    }));

  test("clipByGlobalNorm: one factor for all", () =>
    compare(clipByGlobalNorm(descent(), { maxNorm: 7 }), ({ w, g }) => {
      const factor = Math.min(1, 7 / (norm(NAMES.flatMap((name) => g[name])) + 1e-6));
      for (const name of NAMES) g[name] = g[name].map((x) => x * factor);
      step(w, g);
    }));

  test("adaptiveGradientClipping: unit by unit", () =>
    compare(adaptiveGradientClipping(descent(), { clipping: 0.8 }), ({ w, g }) => {
      for (const name of NAMES) {
        for (const unit of units(name)) {
          const gradientNorm = norm(unit.map((i) => g[name][i] as number));
          const largest = 0.8 * Math.max(norm(unit.map((i) => w[name][i] as number)), 1e-3);
          if (gradientNorm < largest) continue;
          for (const i of unit) g[name][i] = (g[name][i] as number) * (largest / Math.max(gradientNorm, 1e-6));
        }
      }
      step(w, g);
    }));

  test("centralizeGradient: the mean of each unit, but not of vectors", () =>
    compare(centralizeGradient(descent()), ({ w, g }) => {
      for (const name of NAMES) {
        if (SHAPES[name].length < 2) continue;
        for (const unit of units(name)) {
          const mean = unit.reduce((sum, i) => sum + (g[name][i] as number), 0) / unit.length;
          for (const i of unit) g[name][i] = (g[name][i] as number) - mean;
        }
      }
      step(w, g);
    }));

  test("decoupledWeightDecay: before the step, coupled to the rate", () =>
    compare(decoupledWeightDecay(descent(), { decay: 0.3 }), ({ w, g }) => {
      for (const name of NAMES) w[name] = w[name].map((x) => x * (1 - LR * 0.3));
      step(w, g);
    }));

  test("accumulateGradients: the mean of every three, and nothing in between", () => {
    const sums: Partial<Record<Name, number[]>> = {};
    compare(accumulateGradients(descent(), { microSteps: 3 }), (state) => {
      for (const name of NAMES) sums[name] = state.g[name].map((x, i) => x / 3 + (sums[name]?.[i] ?? 0));
      if (state.step % 3 !== 2) return;
      step(state.w, sums as Record<Name, number[]>);
      for (const name of NAMES) delete sums[name];
    });
  });

  test("lookahead: slow weights every four steps", () => {
    const slow = Object.fromEntries(NAMES.map((name) => [name, start(name)])) as Record<Name, number[]>;
    let now: { readonly w: Record<Name, number[]>; readonly step: number };
    compare(
      lookahead(descent(), { syncPeriod: 4, slowStepSize: 0.3 }),
      (state) => {
        step(state.w, state.g);
        now = state;
        if (state.step % 4 !== 3) return;
        for (const name of NAMES) {
          slow[name] = slow[name].map((x, i) => x + 0.3 * ((state.w[name][i] as number) - x));
          state.w[name] = [...slow[name]];
        }
      },
      // The weights as a synchronization would leave them, after the first one.
      () => {
        if (now.step < 3) return now.w;
        const synchronized = (name: Name): number[] =>
          slow[name].map((x, i) => x + 0.3 * ((now.w[name][i] as number) - x));
        return Object.fromEntries(NAMES.map((name) => [name, synchronized(name)])) as Record<Name, number[]>;
      },
    );
  });

  // A short run is not evaluated with its initial weights.
  test.each<[string, Optimizer]>([
    ["lookahead", lookahead(descent())],
    ["exponentialMovingAverage", exponentialMovingAverage(descent())],
    ["stochasticWeightAveraging", stochasticWeightAveraging(descent(), { averageStart: 10 })],
  ])("%s: the weights to evaluate with have moved after one step", (_, optimizer) => {
    const parameters = new Parameters({ x: [3] }, { dtype: "float64" });
    parameters.setGradient("x", [1, 2, 3]);
    const updater = optimizer.bind(parameters);
    updater.step();
    expect(updater.withEvaluationWeights(() => [...parameters.value("x")])).toEqual([...parameters.value("x")]);
  });

  test("exponentialMovingAverage: the first step copies", () => {
    let average: Record<Name, number[]>;
    compare(
      exponentialMovingAverage(descent(), { averageDecay: 0.8 }),
      (state) => {
        step(state.w, state.g);
        const mix = (name: Name): number[] =>
          state.w[name].map((x, i) => 0.8 * (average[name][i] as number) + (1 - 0.8) * x);
        average = Object.fromEntries(
          NAMES.map((name) => [name, state.step === 0 ? [...state.w[name]] : mix(name)]),
        ) as typeof average;
      },
      () => average,
    );
  });

  test("stochasticWeightAveraging: the mean of every second step after the third; before, the weights", () => {
    const collected: Record<Name, number[]>[] = [];
    let latest: Record<Name, number[]>;
    compare(
      stochasticWeightAveraging(descent(), { averageStart: 3, averagePeriod: 2 }),
      (state) => {
        step(state.w, state.g);
        latest = structuredClone(state.w);
        if (state.step >= 3 && (state.step - 3) % 2 === 0) collected.push(latest);
      },
      () => {
        if (collected.length === 0) return latest;
        const mean = (name: Name): number[] =>
          values(name, (i) => collected.reduce((sum, w) => sum + (w[name][i] as number), 0) / collected.length);
        return Object.fromEntries(NAMES.map((name) => [name, mean(name)])) as Record<Name, number[]>;
      },
    );
  });
});

describe("gradient noise", () => {
  test("has the variance eta / t^gamma, a mean of zero, and follows the seed", () => {
    const draw = (seed: number, steps: number): number[] => {
      const parameters = new Parameters({ x: [40_000] }, { dtype: "float64" });
      const updater = gradientNoise(descent({ lr: 1 }), { noiseEta: 0.3, noiseGamma: 0.55 }).bind(parameters, { seed });
      for (let step = 0; step < steps; step++) {
        parameters.value("x").fill(0);
        updater.step();
      }
      return [...parameters.value("x")];
    };
    const moments = (x: readonly number[]): [number, number, number] => {
      const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
      const about = (power: number): number => x.reduce((sum, value) => sum + (value - mean) ** power, 0) / x.length;
      return [mean, about(2), about(4) / about(2) ** 2];
    };
    for (const steps of [1, 6]) {
      const [mean, variance, kurtosis] = moments(draw(1, steps));
      const expected = 0.3 / steps ** 0.55;
      expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(expected / 40_000));
      expect(variance / expected).toBeCloseTo(1, 1);
      expect(kurtosis).toBeCloseTo(3, 0);
    }
    expect(draw(1, 1)).toEqual(draw(1, 1));
    expect(draw(1, 1)).not.toEqual(draw(2, 1));
    expect(draw(1, 1)).not.toEqual(draw(1, 2));
  });

  test("differs between tensors, and continues the same after a restore", () => {
    const parameters = new Parameters({ x: [8], y: [8] });
    const optimizer = gradientNoise(descent());
    const updater = optimizer.bind(parameters, { seed: 5 });
    updater.step();
    expect([...parameters.value("x")]).not.toEqual([...parameters.value("y")]);
    const [saved, values] = [updater.state(), parameters.values.slice()];
    updater.step();
    const once = parameters.values.slice();
    parameters.values.set(values);
    const other = optimizer.bind(parameters, { seed: 99 });
    other.restore(saved);
    other.step();
    expect(parameters.values).toEqual(once);
  });
});

describe("accumulated gradients", () => {
  test("steps, schedules and t count updates; a restore in between continues bit for bit", () => {
    const rates: number[] = [];
    const optimizer = accumulateGradients(
      adam({
        lr: (step) => {
          rates.push(step);
          return 0.1;
        },
      }),
      { microSteps: 2 },
    );
    const parameters = new Parameters({ x: [5] });
    const gradients = (call: number): number[] => Array.from({ length: 5 }, (_, i) => Math.cos(i + call));
    const updater = optimizer.bind(parameters);
    for (let call = 0; call < 3; call++) {
      parameters.setGradient("x", gradients(call));
      updater.step();
    }
    expect(updater.steps).toBe(1);
    expect([...new Set(rates)]).toEqual([0, 1]);
    const [saved, values] = [updater.state(), parameters.values.slice()];
    parameters.setGradient("x", gradients(3));
    updater.step();
    const once = parameters.values.slice();
    parameters.values.set(values);
    const other = optimizer.bind(parameters);
    other.restore(saved);
    other.step();
    expect(other.steps).toBe(2);
    expect(parameters.values).toEqual(once);
    const plain = new Parameters({ x: [5] });
    const direct = adam({ lr: 0.1 }).bind(plain);
    for (const [a, b] of [
      [0, 1],
      [2, 3],
    ] as const) {
      const [first, second] = [gradients(a), gradients(b)];
      plain.setGradient(
        "x",
        first.map((x, i) => (x + (second[i] as number)) / 2),
      );
      direct.step();
    }
    for (const [i, value] of plain.value("x").entries()) expect(once[i]).toBeCloseTo(value, 6);
  });

  test.each([
    ["around the clipping, as PyTorch", (optimizer: Optimizer) => accumulateGradients(clipByGlobalNorm(optimizer))],
    ["inside the clipping", (optimizer: Optimizer) => clipByGlobalNorm(accumulateGradients(optimizer))],
  ])("%s, shares and an early last call make an update of any gradients", (_, wrap) => {
    const make = () => new Parameters({ x: [3] }, { dtype: "float64" });
    const [accumulated, plain] = [make(), make()];
    const updater = wrap(adam({ lr: 0.1 })).bind(accumulated);
    const direct = (_.startsWith("inside") ? adam({ lr: 0.1 }) : clipByGlobalNorm(adam({ lr: 0.1 }))).bind(plain);
    const clipped = (g: readonly number[]): number[] =>
      _.startsWith("inside") ? g.map((x) => x * Math.min(1, 1 / (norm(g) + 1e-6))) : [...g];
    // Two batches of 5 and 3 images, then four of equal size, then a single one.
    for (const [update, shares] of [[5 / 8, 3 / 8], [undefined, undefined, undefined, undefined], [1]].entries()) {
      const mean = [0, 0, 0];
      for (const [i, share] of shares.entries()) {
        const gradient = [1, 2, 3].map((x) => Math.cos(x + update + i) * (i + 1));
        accumulated.setGradient("x", gradient);
        updater.step({ share, applies: i === shares.length - 1 });
        for (const [j, x] of clipped(gradient).entries()) mean[j] = (mean[j] ?? 0) + (share ?? 1 / 4) * x;
      }
      plain.setGradient("x", mean);
      direct.step();
      expect(updater.steps).toBe(update + 1);
      for (const [j, value] of plain.value("x").entries()) expect(accumulated.value("x")[j]).toBeCloseTo(value, 12);
    }
  });

  test("shares out of range are errors, and other optimizers ignore them", () => {
    const parameters = new Parameters({ x: [3] });
    const updater = accumulateGradients(adam()).bind(parameters);
    for (const share of [0, -1, 1.5, Number.NaN]) {
      expect(() => updater.step({ share })).toThrow(`share = ${share}: expected a number in (0, 1]`);
    }
    const plain = adam().bind(parameters);
    plain.step({ share: 0.5, applies: false });
    expect(plain.steps).toBe(1);
  });
});

describe("sharpness-aware minimization", () => {
  // f(x, y) = x^2 + 10 y^2
  const loss = (w: ArrayLike<number>): number => (w[0] as number) ** 2 + 10 * (w[1] as number) ** 2;
  const gradient = (w: readonly number[]): number[] => [2 * (w[0] as number), 20 * (w[1] as number)];

  test.each([false, true])("takes the gradient at the worst point nearby; adaptive: %s", (adaptive) => {
    const parameters = new Parameters({ x: [2] }, { dtype: "float64" });
    parameters.setValue("x", [1, 0.5]);
    const updater = sharpnessAware(descent({ lr: 0.01 }), { rho: 0.2, adaptive }).bind(parameters);
    let w = [1, 0.5];
    for (let step = 0; step < 5; step++) {
      const seen: number[][] = [];
      const found = updater.step(() => {
        seen.push([...parameters.value("x")]);
        parameters.setGradient("x", gradient([...parameters.value("x")]));
        return loss(parameters.value("x"));
      });
      const g = gradient(w);
      const scale = w.map((x) => (adaptive ? Math.abs(x) : 1));
      const length = norm(g.map((x, i) => x * (scale[i] as number))) + 1e-12;
      const worst = w.map((x, i) => x + (0.2 * (scale[i] as number) ** 2 * (g[i] as number)) / length);
      expect(found).toBeCloseTo(loss(w), 12);
      expectClose(seen[1] as number[], worst);
      const there = gradient(worst);
      w = w.map((x, i) => x - 0.01 * (there[i] as number));
      expectClose([...parameters.value("x")], w);
    }
    expect(updater.hyperparameters).toMatchObject({ lr: 0.01, rho: 0.2 });
    expect(updater.steps).toBe(5);
  });

  test("a closure that throws leaves the weights as they were", () => {
    const parameters = new Parameters({ x: [2] });
    parameters.setValue("x", [1, 2]);
    const updater = sharpnessAware(adam()).bind(parameters);
    let calls = 0;
    const failing = (): number => {
      if (calls++ > 0) throw new Error("out of data");
      parameters.setGradient("x", [1, 1]);
      return 0;
    };
    expect(() => updater.step(failing)).toThrow("out of data");
    expect([...parameters.value("x")]).toEqual([1, 2]);
    expect(updater.steps).toBe(0);
  });
});

test("all of them together are the same on both backends, bit for bit", () => {
  const results = (["interpreter", "wasm"] as const).map((backend) => {
    const parameters = new Parameters(SHAPES);
    for (const name of NAMES) parameters.setValue(name, start(name));
    let optimizer: Optimizer = adam({ lr: 0.05, weightDecay: 0.01, amsgrad: true });
    for (const wrap of [decoupledWeightDecay, centralizeGradient, clipByNorm, clipByValue, gradientNoise])
      optimizer = wrap(optimizer);
    optimizer = adaptiveGradientClipping(clipByGlobalNorm(accumulateGradients(optimizer, { microSteps: 2 })), {
      clipping: 0.5,
    });
    optimizer = exponentialMovingAverage(lookahead(optimizer, { syncPeriod: 3 }));
    const updater = optimizer.bind(parameters, { backend, asWritten: false, seed: 3 });
    for (let step = 0; step < 20; step++) {
      for (const name of NAMES) parameters.setGradient(name, gradientAt(step, name));
      updater.step();
    }
    expect(updater.steps).toBe(10);
    return {
      values: parameters.values.slice(),
      state: updater.state(),
      evaluated: updater.withEvaluationWeights(() => parameters.values.slice()),
    };
  });
  expect(results[0]).toEqual(results[1]);
});
