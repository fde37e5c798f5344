import * as optim from "@downhill/optim";
import { describe, expect, test } from "vitest";
import {
  compile,
  constant,
  GraphError,
  gradients,
  input,
  lowerRule,
  ops,
  type Shape,
  updateGraph,
} from "../src/index.ts";

type Settings = Readonly<Record<string, unknown>>;
interface Row {
  /** Hyperparameters that differ from the defaults. */
  readonly other: Settings;
  readonly onlyMatrices?: boolean;
  /** Hyperparameters added to the defaults, so that weights change within ten steps. */
  readonly start?: Settings;
}

/** Momentum that decreases with the step, with which the average of a schedule-free optimizer must not change. */
const falling = (step: number): number => 0.9 - 0.05 * step;

/** One row per optimizer that a graph can compute. */
const SUPPORTED: Readonly<Record<string, Row>> = {
  sgd: { other: { momentum: 0.9, nesterov: true, weightDecay: 0.1 } },
  signSgd: { other: { lr: 0.05 } },
  signum: { other: { lr: 0.05, beta: 0.5 } },
  lion: { other: { lr: 0.05, beta1: 0.5, weightDecay: 0.1 } },
  rprop: { other: { etaMinus: 0.4, etaPlus: 1.5, stepSizeMax: 0.02 } },
  asgd: { other: { lr: 0.1, lambd: 0.5, t0: 2, weightDecay: 0.1 } },
  adagrad: { other: { lr: 0.1, lrDecay: 0.1, initialAccumulatorValue: 0.1, epsInRoot: true } },
  rmsprop: { other: { centered: true, momentum: 0.9, weightDecay: 0.1 } },
  adadelta: { other: { rho: 0.5, eps: 1e-3, weightDecay: 0.1 } },
  adam: { other: { lr: 0.05, amsgrad: true, weightDecay: 0.1 } },
  adamw: { other: { lr: 0.05, beta1: 0.5, amsgrad: true, weightDecay: 0.3, maximize: true } },
  adamax: { other: { lr: 0.05, beta2: 0.9 } },
  adamaxw: { other: { lr: 0.05, weightDecay: 0.3 } },
  nadam: { other: { lr: 0.05, momentumDecay: 0.1, weightDecay: 0.1, decoupledWeightDecay: true } },
  // The rule divides from the fifth step on, so both branches of its condition on the step are tested.
  radam: { other: { lr: 0.05, beta2: 0.99, weightDecay: 0.1 } },
  adafactor: { other: { lr: 0.1, eps1: 1e-10, weightDecay: 0.1, d: 2 } },
  lamb: { other: { lr: 0.05, weightDecay: 0.1 } },
  lars: { other: { lr: 5, trustCoefficient: 0.01, nesterov: true, weightDecay: 0.1 } },
  yogi: { other: { lr: 0.05, beta2: 0.9 } },
  adabelief: { other: { lr: 0.05, eps: 1e-8, beta2: 0.9 } },
  adan: { other: { lr: 0.05, beta1: 0.8, weightDecay: 0.1 } },
  novograd: { other: { lr: 0.05, beta1: 0.5, weightDecay: 0.1 } },
  sm3: { other: { lr: 0.5, momentum: 0.5 } },
  adopt: { other: { lr: 0.05, beta2: 0.99, useClipping: false } },
  ademamix: { other: { lr: 0.05, alpha: 2, weightDecay: 0.1 } },
  qhadam: { other: { lr: 0.05, beta1: 0.9, nu2: 0.8, weightDecay: 0.1 } },
  aggmo: { other: { lr: 0.05, beta2: 0.5, weightDecay: 0.1 } },
  madgrad: { other: { lr: 0.05, momentum: 0.5, weightDecay: 0.1 } },
  muon: { other: { lr: 0.05, nesterov: false, adjustLrFn: "match_rms_adamw" }, onlyMatrices: true },
  scheduleFreeSgd: { other: { lr: 0.1, beta1: falling, warmupSteps: 4, weightDecay: 0.1 } },
  scheduleFreeAdamw: { other: { lr: 0.05, beta1: falling, warmupSteps: 4, weightDecay: 0.1 } },
  // By default, these optimizers start with learning rates of 1e-6.
  prodigy: { other: { estimLr0: 0.01, weightDecay: 0.1, safeguardWarmup: true }, start: { estimLr0: 0.001 } },
  dadaptAdamw: { other: { estimLr0: 0.01, weightDecay: 0.1 }, start: { estimLr0: 0.001 } },
  laprop: { other: { lr: 0.05, beta2: 0.9, weightDecay: 0.1 } },
  mars: { other: { lr: 0.05, form: "shampoo", gamma: 0.1, weightDecay: 0.1 } },
  adamuon: { other: { lr: 0.05, signs: false, nesterov: false }, onlyMatrices: true },
  normuon: { other: { nesterov: false, weightDecay: 0.1 }, onlyMatrices: true },
  dog: { other: { repsRel: 0.01, weightDecay: 0.1, layerwise: true }, start: { repsRel: 0.001 } },
  dowg: { other: { eps: 1e-3, weightDecay: 0.1 } },
};

const SHAPES: Readonly<Record<string, Shape>> = { matrix: [3, 5], vector: [7] };
const create = (name: string, settings: Settings = {}, options: optim.OptimizerOptions = {}): optim.Optimizer =>
  (optim.optimizers as unknown as Record<string, optim.OptimizerFactory>)[name]?.(
    settings as never,
    options as never,
  ) as optim.Optimizer;

/** Pseudo-random numbers between -1 and 1. */
const wild = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * (seed + 1)));
const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);
/** Gradients of each tensor in a step: those of a quadratic function, with noise. */
const gradientAt = (w: ArrayLike<number>, step: number): Float32Array =>
  wild(w.length, step + 10).map((noise, i) => noise + 0.3 * (w[i] as number));

/** Weights after each step of an optimizer in a graph, and the weights to evaluate with. */
async function inGraph(optimizer: optim.Optimizer, shapes: Readonly<Record<string, Shape>>, steps: number) {
  const parameters = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, input(name, shape)]));
  const grads = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, input(`d ${name}`, shape)]));
  const update = updateGraph(optimizer, parameters, grads);
  const next = Object.entries(update.parameters).map(([name, tensor]) => [`next ${name}`, tensor] as const);
  const nextStates = Object.entries(update.states).map(([name, state]) => [`next ${name}`, state.next] as const);
  const program = await compile(Object.fromEntries([...next, ...nextStates]));
  const held: Record<string, Float32Array> = {};
  for (const name of Object.keys(update.parameters)) held[name] = wild(sizeOf(shapes[name] as Shape), name.length);
  const weights = Object.keys(held);
  for (const [name, { shape }] of Object.entries(update.states)) held[name] = new Float32Array(sizeOf(shape));
  for (let step = 0; step < steps; step++) {
    const batch = weights.map((name) => [`d ${name}`, gradientAt(held[name] as Float32Array, step)]);
    const feeds = { ...held, ...Object.fromEntries(batch), ...update.feeds(step) };
    const results = await program.run(feeds);
    for (const name of Object.keys(held)) held[name] = results[`next ${name}`] as Float32Array;
  }
  await program.dispose();
  const averages = Object.entries(update.evaluation).map(([name, tensor]) => [`average ${name}`, tensor] as const);
  let evaluation: Record<string, Float32Array> = {};
  if (averages.length > 0) {
    const evaluate = await compile(Object.fromEntries(averages));
    const feeds = Object.entries({ ...held, ...update.feeds(steps - 1) });
    const taken = feeds.filter(([name]) => evaluate.inputs.some((info) => info.name === name));
    const results = await evaluate.run(Object.fromEntries(taken));
    evaluation = Object.fromEntries(
      Object.entries(results).map(([name, values]) => [name.slice("average ".length), values]),
    );
    await evaluate.dispose();
  }
  return { weights: Object.fromEntries(weights.map((name) => [name, held[name] as Float32Array])), evaluation };
}

/** The same weights from the optimizer's updater. */
function inInterpreter(optimizer: optim.Optimizer, shapes: Readonly<Record<string, Shape>>, steps: number) {
  const parameters = new optim.Parameters(shapes);
  for (const name of parameters.names) parameters.setValue(name, wild(parameters.size(name), name.length));
  const updater = optimizer.bind(parameters, { backend: "interpreter" });
  for (let step = 0; step < steps; step++) {
    for (const name of parameters.names) parameters.setGradient(name, gradientAt(parameters.value(name), step));
    updater.step();
  }
  const copy = () => Object.fromEntries(parameters.names.map((name) => [name, parameters.value(name).slice()]));
  return { weights: copy(), evaluation: updater.withEvaluationWeights(copy) };
}

/** Largest difference allowed, relative to the largest element: ten times the measured one. */
const TOLERANCE = 1e-5;
/** The same for Newton-Schulz iterations, which multiply rounding errors. */
const OF_ITERATIONS = 20 * TOLERANCE;

/** Largest difference, relative to the largest element. */
function difference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  const all = Array.from(expected);
  return Math.max(...all.map((x, i) => Math.abs((found[i] as number) - x))) / Math.max(...all.map(Math.abs));
}

async function expectSame(
  optimizer: optim.Optimizer,
  shapes: Readonly<Record<string, Shape>>,
  tolerance: number = TOLERANCE,
) {
  const [graph, expected] = [await inGraph(optimizer, shapes, 10), inInterpreter(optimizer, shapes, 10)];
  for (const [name, weights] of Object.entries(graph.weights)) {
    const start = wild(weights.length, name.length);
    expect(difference(weights, start), `${name} moves`).toBeGreaterThan(20 * TOLERANCE);
    expect(difference(weights, expected.weights[name] as ArrayLike<number>), name).toBeLessThan(tolerance);
  }
  for (const [name, average] of Object.entries(graph.evaluation)) {
    expect(difference(average, expected.evaluation[name] as ArrayLike<number>), `${name}, averaged`).toBeLessThan(
      TOLERANCE,
    );
  }
  return graph;
}

describe("the graph of each optimizer takes the same steps as its updater", () => {
  test("each optimizer is in the table, except those whose decompositions ONNX lacks", () => {
    const decomposing = ["shampoo", "soap"];
    expect([...Object.keys(SUPPORTED), ...decomposing].sort()).toEqual(Object.keys(optim.optimizers).sort());
    for (const name of decomposing) {
      expect(() => lowerRule(create(name), [3, 5])).toThrow(/a graph cannot compute (eigenvectors|ordering)\(\)/);
    }
  });

  for (const [name, { other, onlyMatrices, start = {} }] of Object.entries(SUPPORTED)) {
    const shapes = onlyMatrices ? { matrix: [3, 5], tall: [5, 2], kernel: [4, 2, 3, 3] } : SHAPES;
    test.each([
      ["defaults", start],
      ["others", other],
    ])(`${name}: %s`, async (_, settings) => {
      await expectSame(create(name, settings), shapes, onlyMatrices ? OF_ITERATIONS : TOLERANCE);
    });
  }
});

test("several optimizers take the same steps as their updater, with one gradient norm for all", async () => {
  const parts = { hidden: optim.muon({ lr: 0.05 }), rest: optim.exponentialMovingAverage(optim.adamw({ lr: 0.05 })) };
  const optimizer = optim.clipByGlobalNorm(optim.split(parts), { maxNorm: 0.5 });
  const shapes = { matrix: [3, 5], vector: [7], kernel: [4, 2, 3, 3] };
  const { evaluation } = await expectSame(optimizer, shapes, OF_ITERATIONS);
  expect(Object.keys(evaluation)).toEqual(["vector"]);
  expect(() => lowerRule(optimizer, [3, 5])).toThrow(/has several rules. Lower each of its optimizers/);
});

describe("tensors of any shape", () => {
  const shapes = { number: [], one: [1], four: [2, 3, 2, 2], five: [2, 1, 3, 2, 2] };

  test.each(["adamw", "adafactor", "sm3", "novograd", "lamb"])("%s", async (name) => {
    await expectSame(create(name, { lr: 0.05 }), shapes);
  });

  test("states have the shape of their tensor, or of its rows, columns or scalar", () => {
    expect(lowerRule(create("adamw"), [2, 1, 3, 2, 2]).states).toEqual({ m: [2, 1, 3, 2, 2], v: [2, 1, 3, 2, 2] });
    expect(lowerRule(create("adafactor"), [4, 3, 5]).states).toEqual({ row: [4, 3, 1], column: [4, 1, 5] });
    expect(lowerRule(create("asgd"), [3]).states).toEqual({ nextRate: [], ax: [3] });
    expect(lowerRule(create("muon"), [4, 2, 3, 3]).states).toEqual({ buffer: [4, 2, 3, 3] });
  });

  test("a rule for matrices rejects vectors", () => {
    expect(() => lowerRule(create("muon"), [7])).toThrow(
      /^muon: a tensor has the shape \[7\]. Expected at least 2 axes. Pass/,
    );
  });
});

test("all expressions of a rule", async () => {
  const everything = optim.defineOptimizer({
    name: "everything",
    title: "Everything",
    paper: "",
    hyperparameters: { lr: 0.1, power: 1.5, twice: true },
    state: ["count", "unit"],
    uses: [optim.transcendental, optim.reductions, optim.matrices],
    rule: [
      "count = count % 3 + 1",
      "unit = unit + unitMean(abs(g)) + (rank < 2 ? 0 : mean(g, -1))",
      "a = abs(g)^power + exp(-w^2) + log(1 + w^2) * cos(3 * g) + floor(4 * w) % 3",
      "b = (w < g ? a : -a) + (w >= 0 ? sign(g) : 0) + (count == 2 ? 1 : 0.5) * sqrt(abs(w))",
      "c = matmul(matmul(g, transpose(g)), w) / (norm(g)^2 + maximum(w^2)) + min(w, g, 0.1) + max(w, g)",
      "both = t % 2 == 0 ? clamp(b, -0.5, 0.5) : (g < w) * b",
      "w = w - lr * (twice ? both + 0.1 * c : c) / (1 + unit^2)",
    ],
  });
  await expectSame(everything(), { matrix: [3, 5], row: [7], four: [2, 3, 2, 2] });
});

describe("wrappers", () => {
  const inner = () => create("adamw", { lr: 0.05 });

  test.each([
    ["clipByValue", optim.clipByValue(inner(), { clipValue: 0.5 })],
    ["clipByNorm", optim.clipByNorm(inner(), { clipNorm: 0.5 })],
    ["clipByGlobalNorm", optim.clipByGlobalNorm(inner(), { maxNorm: 0.5 })],
    ["adaptiveGradientClipping", optim.adaptiveGradientClipping(inner(), { clipping: 0.1 })],
    ["centralizeGradient", optim.centralizeGradient(inner())],
    ["decoupledWeightDecay", optim.decoupledWeightDecay(inner(), { decay: 0.1 })],
    ["cautious", optim.cautious(inner())],
    ["cautiousWeightDecay", optim.cautiousWeightDecay(inner(), { decay: 0.1 })],
    ["lookahead", optim.lookahead(inner(), { syncPeriod: 3 })],
    ["exponentialMovingAverage", optim.exponentialMovingAverage(inner(), { averageDecay: 0.5 })],
    ["stochasticWeightAveraging", optim.stochasticWeightAveraging(inner(), { averageStart: 2, averagePeriod: 3 })],
    ["accumulateGradients", optim.accumulateGradients(create("adamw", { lr: (step: number) => 0.02 * (step + 1) }))],
  ])("%s", async (_, optimizer) => {
    await expectSame(optimizer, SHAPES);
  });

  test("the weights to evaluate with differ from the parameters", async () => {
    const { weights, evaluation } = await inGraph(optim.exponentialMovingAverage(inner()), SHAPES, 10);
    expect(difference(evaluation.matrix as Float32Array, weights.matrix as Float32Array)).toBeGreaterThan(0.1);
  });

  test.each([[optim.gradientNoise(inner()), "gradientNoise(adamw): a graph cannot compute random() and normal()"]])(
    "what a graph cannot compute is refused",
    (optimizer, message) => {
      expect(() => lowerRule(optimizer, [3, 5])).toThrow(GraphError);
      expect(() => lowerRule(optimizer, [3, 5])).toThrow(message);
    },
  );
});

describe("totals over all tensors", () => {
  test("reduce over all updated tensors of all groups, without frozen ones", async () => {
    const groups = [
      { match: "vector", lr: 0.2, weightDecay: 0 },
      { match: /^fixed/, frozen: true },
    ];
    const make = (wrap: typeof optim.clipByNorm | typeof optim.clipByGlobalNorm, settings: object) =>
      wrap(optim.sgd({ lr: 0.05, momentum: 0.5 }, { groups }), settings as never);
    const shapes = { ...SHAPES, other: [7], fixed: [20] };
    const clipped = await expectSame(make(optim.clipByGlobalNorm, { maxNorm: 0.5 }), shapes);
    const apart = await expectSame(make(optim.clipByNorm, { clipNorm: 0.5 }), shapes);
    expect(difference(clipped.weights.matrix as Float32Array, apart.weights.matrix as Float32Array)).toBeGreaterThan(
      20 * TOLERANCE,
    );
  });

  const nested = optim.defineOptimizer({
    name: "nested",
    title: "Nested",
    paper: "",
    hyperparameters: { lr: 0.1 },
    state: ["m", "length"],
    uses: [optim.reductions],
    rule: [
      "length = totalNorm(w)",
      "m = 0.5 * m + g / (1 + totalSum(abs(g) / length))",
      "w = w - lr * (m + totalNorm(m - length) * 0.1 + totalSum(1) / 100)",
    ],
  });

  test("may depend on each other", async () => {
    await expectSame(nested(), { ...SHAPES, number: [], four: [2, 3, 2, 2] });
  });

  test("of a single tensor equal its parts", async () => {
    const rule = lowerRule(nested(), [3]);
    const [w, g, m] = [input("w", [3]), constant(new Float32Array(3), [3]), constant(new Float32Array(3), [3])];
    const numbers = rule.uniforms.map((uniform, i) => [uniform, constant(rule.uniformsAt(0)[i] as number)]);
    const program = await compile({ next: rule.build(w, g, { m }, Object.fromEntries(numbers)).w });
    // The norm is 7, and three times 7 is part of the step.
    const { next } = await program.run({ w: Float32Array.of(2, 3, 6) });
    const step = 0.1 * (0.7 * Math.sqrt(3) + 0.01);
    expect(difference(next, [2 - step, 3 - step, 6 - step])).toBeLessThan(TOLERANCE);
    await program.dispose();
  });

  test("are rejected in the weights to evaluate with", () => {
    const scaled = optim.defineOptimizer({
      name: "scaled",
      title: "Scaled",
      paper: "",
      hyperparameters: { lr: 0.1 },
      state: [],
      uses: [optim.reductions],
      rule: ["w = w - lr * g"],
      evaluation: "w / totalNorm(w)",
    });
    expect(() => lowerRule(scaled(), [3])).toThrow(
      "scaled: the weights to evaluate with cannot depend on totalSum() and totalNorm(), which reduce over all tensors.",
    );
  });
});

describe("hyperparameters", () => {
  test("follow schedules", async () => {
    const lr = (step: number): number => 0.1 / (1 + step);
    const scheduled = await expectSame(create("adamw", { lr, weightDecay: (step: number) => 0.1 * step }), SHAPES);
    const constantly = await inGraph(create("adamw", { lr: 0.1 }), SHAPES, 10);
    expect(
      difference(constantly.weights.matrix as Float32Array, scheduled.weights.matrix as Float32Array),
    ).toBeGreaterThan(0.1);
  });

  test("out of their range throw an error that names the step", () => {
    const { feeds } = updateGraph(create("sgd", { lr: (step: number) => 1 - step }), weight, weight);
    expect(() => feeds(2)).toThrow("sgd: lr = -1 at step 2: expected");
  });

  test("apply to their group, and tensors of a frozen group stay", async () => {
    const groups = [
      { match: "vector", lr: 0.2, weightDecay: 0 },
      { match: /^fixed/, frozen: true },
    ];
    const optimizer = optim.adamw({ lr: 0.05, weightDecay: 0.5 }, { groups });
    const { weights } = await expectSame(optimizer, { ...SHAPES, other: [7], fixed: [2] });
    expect(Object.keys(weights).sort()).toEqual(["matrix", "other", "vector"]);
  });

  test("change without a new compilation", async () => {
    const rates = { lr: 0.5 };
    const { parameters, feeds } = updateGraph(create("sgd", { lr: () => rates.lr }), weight, { w: constant(1) });
    const program = await compile({ next: parameters.w as never });
    for (const lr of [0.5, 0.25]) {
      rates.lr = lr;
      const { next } = await program.run({ w: 1, ...feeds(0) });
      expect(next).toEqual(Float32Array.of(1 - lr));
    }
    await program.dispose();
  });

  test("tensors share equal computations", () => {
    const four = { a: input("a", [3]), b: input("b", [3]), c: input("c", [2, 2]), d: input("d", []) };
    const count = (groups: readonly optim.Group[]) =>
      updateGraph(create("adamw", {}, { groups }), four, four).feeds(0).uniforms?.length as number;
    expect(count([])).toBe(lowerRule(create("adamw"), [3]).uniforms.length);
    expect(count([{ match: "a", lr: 1 }])).toBe(2 * count([]));
  });
});

const weight = { w: input("w", []) };

test("a whole step, from a batch to the next weights, is one graph", async () => {
  const w = input("w", [3, 2]);
  const x = input("x", [4, 3]);
  const loss = ops.mean(ops.square(ops.sub(ops.matmul(x, w), ops.sum(x, [1], { keepDims: true }))));
  const update = updateGraph(create("adamw", { lr: 0.1 }), { w }, { w: gradients(loss, [w])[0] as never });
  const states = Object.entries(update.states);
  const next = Object.fromEntries(states.map(([name, state]) => [`next ${name}`, state.next]));
  const program = await compile({ loss, "next w": update.parameters.w as never, ...next });
  let held: Record<string, Float32Array> = Object.fromEntries(
    states.map(([name, { shape }]) => [name, new Float32Array(sizeOf(shape))]),
  );
  held.w = wild(6, 0);
  const losses: number[] = [];
  for (let step = 0; step < 40; step++) {
    const results = await program.run({ x: wild(12, 1), ...held, ...update.feeds(step) });
    held = Object.fromEntries(Object.keys(held).map((name) => [name, results[`next ${name}` as "loss"]]));
    losses.push(results.loss[0] as number);
  }
  expect(losses.at(-1)).toBeLessThan(0.1 * (losses[0] as number));
  await program.dispose();
});

describe("invalid gradients", () => {
  test.each([
    [{}, "updateGraph: 'w' has no gradient. Pass one of shape [], or freeze the parameter."],
    [{ w: input("g", [2]) }, "updateGraph: the gradient of 'w' has the shape [2]. Expected []."],
  ])("%#", (grads, message) => {
    expect(() => updateGraph(create("sgd"), weight, grads)).toThrow(message);
  });
});
