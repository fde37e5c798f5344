import { existsSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import * as optim from "../src/index.ts";
import type { HyperparameterValue } from "../src/rule/rule.ts";
import { nullDevice, problemsOf, realDevice } from "./dawn.ts";
import { DeviceRun } from "./device-run.ts";
import type { AnyOptimizer } from "./optimizer-table.ts";
import { noise, Run, type Tensor } from "./run.ts";

type Settings = Readonly<Record<string, HyperparameterValue>>;

const { adam, adamw, defineOptimizer, lamb, muon, prodigy, scheduleFreeSgd, sgd, wgslProgram } = optim;
const SHAPES = [[1000], [12, 20], [4, 3, 3, 3]] as const;
const OPTIMIZERS = (Object.values(optim.optimizers) as AnyOptimizer[])
  .filter(({ rule }) => !rule.vocabulary.passes?.decomposition)
  .map((optimizer) => [optimizer.name, optimizer] as const);
/**
 * Tolerance relative to a tensor's largest entry. Elements are computed by the same operations; sums and divisions may
 * differ.
 */
const TOLERANCE = 1e-5;

/** The opposite of the defaults: booleans flipped, and zeros switched on. */
function opposite({ hyperparameters }: AnyOptimizer): Settings {
  const on: Settings = { momentum: 0.9, weightDecay: 0.01, warmupSteps: 3 };
  const turn = (name: string, value: HyperparameterValue): HyperparameterValue => {
    if (typeof value === "boolean") return !value;
    return value === 0 ? (on[name] ?? 0) : value;
  };
  return Object.fromEntries(
    Object.entries(hyperparameters as Settings).map(([name, value]) => [name, turn(name, value)]),
  );
}

const elements = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
const tensor = (shape: readonly number[], seed = 1): Tensor => ({
  shape,
  start: noise(elements(shape), seed),
});

const validator = await nullDevice();
const device = (await realDevice()) as GPUDevice;
// In CI a device that should be there and is not fails instead: see vitest.config.ts.
const mustRun = Boolean(process.env.CI) && existsSync("/usr/lib/chromium/vk_swiftshader_icd.json");
const skipped = !device && !mustRun;
const reason = skipped ? " (SKIPPED: no WebGPU device; on Debian, apt-get install chromium brings one)" : "";
if (skipped) console.warn("The WGSL kernels are validated, but not run: there is no WebGPU device.");

afterAll(() => {
  validator.destroy();
  device?.destroy();
});

describe("every optimizer is valid WGSL, by Dawn's validator", () => {
  test.each(OPTIMIZERS)("%s", async (_, optimizer) => {
    for (const hyperparameters of [{}, opposite(optimizer)]) {
      for (const shape of SHAPES) {
        const { conditionsAt } = wgslProgram(optimizer.rule, { hyperparameters, shape });
        for (const conditions of [{}, conditionsAt({ t: 1 }), conditionsAt({ t: 1000 })]) {
          const program = wgslProgram(optimizer.rule, { hyperparameters, shape, conditions });
          expect(await problemsOf(validator, program), program.code).toEqual([]);
          for (const { buffers } of program.passes) expect(buffers.length).toBeLessThanOrEqual(8);
        }
      }
    }
  });

  test("the validator finds mistakes", async () => {
    const program = wgslProgram(sgd.rule);
    const code = program.code.replace("w[i] =", "w[i] = 1u +");
    expect(await problemsOf(validator, { ...program, code })).not.toEqual([]);
  });
});

/**
 * Runs the same steps on the device and in the interpreter; returns the differences, relative to each tensor's largest
 * entry.
 */
async function compare(
  optimizer: optim.Optimizer,
  tensors: Readonly<Record<string, Tensor>>,
  options: optim.WgslOptions = {},
  steps: readonly optim.WgslStep[] = [1, 2, 3, 4, 5].map((t) => ({ t })),
): Promise<{ error: number; run: Run; onDevice: DeviceRun }> {
  const run = new Run(optimizer, tensors, {
    dtype: "float32",
    backend: "interpreter",
    asWritten: false,
    seed: 7,
  });
  const onDevice = new DeviceRun(device, optimizer.rule, tensors, options);
  const names = Object.keys(tensors);
  for (const [k, step] of steps.entries()) {
    const gradient = (name: string): Float32Array =>
      noise(elements((tensors[name] as Tensor).shape), 100 * k + names.indexOf(name) + 10);
    run.step(gradient);
    onDevice.step({ seed: 7, ...step }, gradient);
  }
  let error = 0;
  for (const [name, { values }] of Object.entries(run.updater.state().tensors)) {
    for (const [stream, expected] of Object.entries({ w: run.values(name), ...values })) {
      const numbers = typeof expected === "number" ? [expected] : expected;
      error = Math.max(error, difference(await onDevice.read(name, stream), numbers));
    }
  }
  return { error, run, onDevice };
}

/**
 * Returns shapes and programs: one for each combination of conditions, and one that evaluates them itself. Products of
 * matrices have dozens of passes, which a device in software compiles in many seconds, so such a rule has one case.
 */
function casesOf(optimizer: AnyOptimizer) {
  const { minimumRank } = optimizer().parts;
  const cases = [{}, opposite(optimizer)].flatMap((hyperparameters) =>
    SHAPES.filter(({ length }) => length >= minimumRank).flatMap((shape) =>
      [{ hyperparameters }, { hyperparameters, conditions: {} }].map((options) => ({ shape, options })),
    ),
  );
  return optimizer.rule.vocabulary.passes?.product ? cases.slice(0, 1) : cases;
}

/** Returns the largest difference, relative to the largest entry; infinite if one of the two is not a number. */
function difference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [largest, apart] = [Number.MIN_VALUE, found.length === expected.length ? 0 : Number.POSITIVE_INFINITY];
  for (const [i, x] of Array.from(expected).entries()) {
    largest = Math.max(largest, Math.abs(x));
    apart = Math.max(apart, Math.abs(x - (found[i] as number)));
  }
  return Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart / largest;
}

describe.skipIf(skipped)(`on a WebGPU device${reason}`, { timeout: 60_000 }, () => {
  test("there is one", () => expect(device).not.toBeNull());

  test.each(OPTIMIZERS)("%s takes the interpreter's steps", async (_, optimizer) => {
    for (const { shape, options } of casesOf(optimizer)) {
      const { error, onDevice } = await compare(optimizer(options.hyperparameters), { x: tensor(shape) }, options);
      expect(error, `${JSON.stringify(options)} of ${shape}`).toBeLessThan(TOLERANCE);
      onDevice.destroy();
    }
  });

  const several = {
    weight: tensor([12, 20], 1),
    bias: tensor([20], 2),
    filters: tensor([4, 3, 3, 3], 3),
    large: tensor([90, 100], 4),
  };
  test.each([
    ["clipByValue", optim.clipByValue(adam(), { clipValue: 0.3 })],
    ["clipByNorm", optim.clipByNorm(sgd({ momentum: 0.9 }))],
    ["clipByGlobalNorm", optim.clipByGlobalNorm(adamw())],
    ["clipByGlobalNorm of LAMB", optim.clipByGlobalNorm(lamb({ weightDecay: 0.01 }))],
    ["Prodigy, whose numbers come from all tensors", prodigy()],
    ["adaptiveGradientClipping", optim.adaptiveGradientClipping(sgd())],
    ["centralizeGradient", optim.centralizeGradient(adam())],
    ["decoupledWeightDecay", optim.decoupledWeightDecay(adam())],
    ["gradientNoise", optim.gradientNoise(sgd({ lr: 0.1 }))],
  ])("%s, with several tensors", async (_, optimizer) => {
    const hyperparameters = optimizer.parts.hyperparameters as Settings;
    const { error } = await compare(optimizer, several, { hyperparameters });
    expect(error).toBeLessThan(TOLERANCE);
  });

  test("gradients accumulate", async () => {
    const optimizer = optim.accumulateGradients(optim.clipByGlobalNorm(adam()), { microSteps: 2 });
    const hyperparameters = optimizer.parts.hyperparameters as Settings;
    const steps = [0, 1, 2, 3, 4, 5].map((call) => ({ t: 1 + (call >> 1), call, applies: call % 2 === 1 }));
    for (const options of [{ hyperparameters }, { hyperparameters, conditions: {} }]) {
      const { error } = await compare(optimizer, several, options, steps);
      expect(error).toBeLessThan(TOLERANCE);
    }
  });

  test.each([
    ["lookahead", optim.lookahead(sgd({ lr: 0.1 }), { syncPeriod: 2 })],
    ["exponentialMovingAverage", optim.exponentialMovingAverage(adam(), { averageDecay: 0.9 })],
    ["stochasticWeightAveraging", optim.stochasticWeightAveraging(adam(), { averageStart: 1, averagePeriod: 2 })],
    ["scheduleFreeSgd", scheduleFreeSgd()],
  ])("the weights to evaluate with: %s", async (_, optimizer) => {
    const hyperparameters = optimizer.parts.hyperparameters as Settings;
    const { error, run, onDevice } = await compare(optimizer, several, { hyperparameters });
    expect(error).toBeLessThan(TOLERANCE);
    onDevice.evaluate({ t: 5 });
    const names = Object.keys(several);
    const expected = run.updater.withEvaluationWeights(() => names.map((name) => run.values(name)));
    for (const [k, name] of names.entries()) {
      const found = await onDevice.read(name, "evaluation");
      expect(difference(found, expected[k] as number[])).toBeLessThan(TOLERANCE);
    }
  });

  test("a schedule-free average is kept while beta1 changes", async () => {
    const betas = [0.9, 0.9, 0.5, 0.99, 0.7];
    const optimizer = scheduleFreeSgd({ beta1: (step) => betas[step] as number });
    const steps = betas.map((beta1, k) => ({ t: k + 1, hyperparameters: { beta1 } }));
    const { error } = await compare(optimizer, several, {}, steps);
    expect(error).toBeLessThan(TOLERANCE);
  });

  test("functions and operators compute the same as elsewhere", async () => {
    const optimizer = defineOptimizer({
      name: "phrasebook",
      title: "Phrasebook",
      paper: "https://example.org",
      hyperparameters: { lr: 0.1 },
      state: ["a", "b", "c", "d"],
      uses: [optim.transcendental],
      rule: [
        "a = exp(g) + log(1 + abs(g)) + cos(3 * g) + abs(g)^1.7 + float32(g) + sqrt(abs(g))",
        "b = sign(g) + floor(10 * g) + clamp(g, -0.5, 0.25) + min(g, w, 0.1) + max(g, w) - (-g) - (w - (g - 1))",
        "c = where(g < 0, 1, 2) + (g >= 0.5) + (g == 0) + (g != 0) * 3 + !(g > w) + (g <= w) / (1 + (w > 0.5))",
        "d = (10 * g) % 3 + (t % 2 == 0 ? g : -g) + 2 / (w^2 + 1) - w^3 + (w^2 + 1)^-0.5",
        "w = w - lr * (a + b + c + d)",
      ],
    });
    for (const options of [{}, { conditions: {} }]) {
      expect((await compare(optimizer(), several, options)).error).toBeLessThan(TOLERANCE);
    }
  });

  test("random numbers have the same bits", async () => {
    const optimizer = defineOptimizer({
      name: "dice",
      title: "Dice",
      paper: "https://example.org",
      hyperparameters: { lr: 1 },
      state: ["first", "second"],
      uses: [optim.randomness],
      rule: ["first = random()", "second = random()", "w = w - lr * g"],
      evaluation: "first + second",
    });
    expect((await compare(optimizer(), several)).error).toBe(0);
  });

  test("states beyond the limit of buffers share one", async () => {
    const state = ["a", "b", "c", "d", "e", "f", "h"] as const;
    const optimizer = defineOptimizer({
      name: "crowded",
      title: "Crowded",
      paper: "https://example.org",
      hyperparameters: { lr: 0.1 },
      state,
      uses: [optim.reductions],
      rule: [
        "a = 0.9 * a + g",
        "b = 0.8 * b + a",
        "c = 0.7 * c + mean(g^2, -1)",
        "d = 0.6 * d + mean(g^2, -2)",
        "e = 0.5 * e + g",
        "f = 0.4 * f + norm(g)",
        "h = max(h, abs(g))",
        "x = maximum(a, -1) + maximum(b, -2) + mean(e, -1) + mean(h, -2)",
        "w = w - lr * (a + b + c + d + e + f + h + x)",
      ],
    });
    const { passes, bindings } = wgslProgram(optimizer.rule, { shape: [12, 20] });
    expect(Math.max(...passes.map(({ buffers }) => buffers.length))).toBeLessThanOrEqual(8);
    const packed = bindings.filter(({ contents }) => contents.length > 1).map(({ name }) => name);
    expect(packed).toEqual(["states", "work"]);
    const { error } = await compare(optimizer(), { x: tensor([12, 20]), y: tensor([4, 3, 3, 3]) });
    expect(error).toBeLessThan(TOLERANCE);
  });

  test("names with a meaning in WGSL or in the module are allowed", async () => {
    const optimizer = defineOptimizer({
      name: "misnomers",
      title: "Misnomers",
      paper: "https://example.org",
      hyperparameters: { lr: 0.1, groups: 2, final: 3 },
      state: ["u", "i", "results", "partials", "select", "type", "x", "sums0", "__"],
      uses: [optim.reductions],
      rule: [
        "u = 0.5 * u + g / groups",
        "i = max(i, abs(g)) + mean(g, -1)",
        "results = i > u ? results + g : u",
        "partials = partials + norm(g)",
        "select = select + final * partials",
        "type = 0.5 * type + sqrt(abs(results))",
        "x = type * u",
        "sums0 = sums0 + maximum(x, -2)",
        "__ = 0.9 * __ + x",
        "w = w - lr * (x + sums0 + select + __)",
      ],
    });
    const tensors = { x: tensor([12, 20]) };
    expect(await problemsOf(validator, wgslProgram(optimizer.rule, { shape: [12, 20] }))).toEqual([]);
    expect((await compare(optimizer(), tensors)).error).toBeLessThan(TOLERANCE);
  });

  test("numbers that depend on a reduction stay on the device", async () => {
    const optimizer = defineOptimizer({
      name: "followed",
      title: "Followed",
      paper: "https://example.org",
      hyperparameters: { lr: 0.1 },
      state: ["scale", "count", "longest"],
      uses: [optim.reductions],
      rule: [
        "count = count + 1",
        "scale = scale == 0 ? norm(g) : 0.9 * scale + 0.1 * norm(g)",
        "longest = max(longest, maximum(abs(g)))",
        "w = scale > 2 * longest ? w - lr * g / scale : w - lr * g^2 * (scale % 3 + count)",
      ],
    });
    const { hostStates, bindings } = wgslProgram(optimizer.rule, { shape: [12, 20] });
    expect(hostStates).toEqual(["count"]);
    const scalars = bindings.find(({ kind }) => kind === "scalars");
    expect(scalars?.contents.map(({ name }) => name)).toEqual(["scale", "longest"]);
    expect((await compare(optimizer(), several)).error).toBeLessThan(TOLERANCE);
  });

  test("workgroups beyond the limit of one dimension use two", async () => {
    const x = tensor([65_536, 33]);
    const { passes } = wgslProgram(sgd.rule, { shape: x.shape, workgroupSize: 32 });
    expect(passes[0]?.workgroups).toEqual([33_792, 2]);
    for (const optimizer of [sgd(), lamb()]) {
      const { error } = await compare(optimizer, { x }, { workgroupSize: 32 }, [{ t: 1 }]);
      expect(error).toBeLessThan(TOLERANCE);
    }
  });

  test.each([32, 64, 128, 256])("workgroups of %i", async (workgroupSize) => {
    for (const optimizer of [adam(), lamb(), muon()]) {
      const { error } = await compare(optimizer, { x: tensor([40, 60]) }, { workgroupSize });
      expect(error).toBeLessThan(TOLERANCE);
    }
  });
});
