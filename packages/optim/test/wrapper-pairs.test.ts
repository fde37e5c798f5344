import { describe, expect, test } from "vitest";
import * as optim from "../src/index.ts";
import { type Optimizer, Parameters, sgd } from "../src/index.ts";

// Every wrapper around every other, against steps written out in float64, or an error with the reason.

const LR = 0.1;
const SHAPES = { matrix: [3, 5], bias: [3] } as const;
type Name = keyof typeof SHAPES;
type Tensors = Record<Name, number[]>;
const NAMES = Object.keys(SHAPES) as Name[];
const make = (of: (i: number, name: Name) => number): Tensors =>
  Object.fromEntries(
    NAMES.map((name) => [
      name,
      Array.from({ length: SHAPES[name].reduce((a: number, b: number) => a * b, 1) }, (_, i) => of(i, name)),
    ]),
  ) as Tensors;
const start = (): Tensors => make((i, name) => Math.sin(2 * i + name.length));
const gradientAt = (call: number): Tensors => make((i, name) => 2 * Math.cos(1.7 * i + call + name.length));
const map = (x: Tensors, change: (value: number, i: number, name: Name) => number): Tensors =>
  make((i, name) => change(x[name][i] as number, i, name));
/** Indices of each unit: a row of a matrix, all of a vector. */
const unitOf = (i: number, name: Name): number[] =>
  name === "bias" ? [0, 1, 2] : Array.from({ length: 5 }, (_, column) => 5 * Math.floor(i / 5) + column);
const norm = (x: readonly number[]): number => Math.hypot(...x);

/** Position of a step. */
interface Moment {
  /** 1-based number of the update. */
  readonly t: number;
  readonly call: number;
}

/** A wrapper by hand: its effect on gradient and weights around the step of the wrapped optimizer. */
interface ByHand {
  gradient?(g: Tensors, w: Tensors, moment: Moment): Tensors;
  before?(w: Tensors): Tensors;
  after?(w: Tensors, moment: Moment): Tensors;
  evaluation?(w: Tensors, moment: Moment): Tensors;
  /** Calls per update. */
  readonly microSteps?: number;
}

interface Row {
  readonly wrap: (optimizer: Optimizer) => Optimizer;
  readonly byHand: () => ByHand;
}

/** Noise of a call, which does not depend on other wrappers. */
function noiseOf(call: number, t: number): Tensors {
  const parameters = new Parameters(SHAPES, { dtype: "float64" });
  const updater = optim.gradientNoise(sgd({ lr: 1 }), { noiseEta: 1, noiseGamma: 0 }).bind(parameters);
  updater.restore({ ...updater.state(), step: call });
  updater.step();
  const drawn = make((i, name) => -(parameters.value(name)[i] as number));
  return map(drawn, (x) => x * Math.sqrt(0.3 / t ** 0.55));
}

const WRAPPERS: Readonly<Record<string, Row>> = {
  clipByValue: {
    wrap: (optimizer) => optim.clipByValue(optimizer, { clipValue: 0.9 }),
    byHand: () => ({ gradient: (g) => map(g, (x) => Math.min(0.9, Math.max(-0.9, x))) }),
  },
  clipByNorm: {
    wrap: (optimizer) => optim.clipByNorm(optimizer, { clipNorm: 2 }),
    byHand: () => ({ gradient: (g) => map(g, (x, _, name) => x * Math.min(1, 2 / (norm(g[name]) + 1e-6))) }),
  },
  clipByGlobalNorm: {
    wrap: (optimizer) => optim.clipByGlobalNorm(optimizer, { maxNorm: 3 }),
    byHand: () => ({
      gradient: (g) => map(g, (x) => x * Math.min(1, 3 / (norm(NAMES.flatMap((name) => g[name])) + 1e-6))),
    }),
  },
  adaptiveGradientClipping: {
    wrap: (optimizer) => optim.adaptiveGradientClipping(optimizer, { clipping: 0.7 }),
    byHand: () => ({
      gradient: (g, w) =>
        map(g, (x, i, name) => {
          const [length, weights] = [g, w].map((of) => norm(unitOf(i, name).map((k) => of[name][k] as number)));
          const largest = 0.7 * Math.max(weights as number, 1e-3);
          return (length as number) < largest ? x : x * (largest / Math.max(length as number, 1e-6));
        }),
    }),
  },
  centralizeGradient: {
    wrap: (optimizer) => optim.centralizeGradient(optimizer),
    byHand: () => ({
      gradient: (g) =>
        map(g, (x, i, name) => {
          const unit = unitOf(i, name).map((k) => g[name][k] as number);
          return name === "bias" ? x : x - unit.reduce((sum, y) => sum + y, 0) / unit.length;
        }),
    }),
  },
  gradientNoise: {
    wrap: (optimizer) => optim.gradientNoise(optimizer, { noiseEta: 0.3 }),
    byHand: () => ({
      gradient: (g, _, { call, t }) => {
        const noise = noiseOf(call, t);
        return map(g, (x, i, name) => x + (noise[name][i] as number));
      },
    }),
  },
  accumulateGradients: {
    wrap: (optimizer) => optim.accumulateGradients(optimizer, { microSteps: 2 }),
    byHand: () => ({ microSteps: 2 }),
  },
  decoupledWeightDecay: {
    wrap: (optimizer) => optim.decoupledWeightDecay(optimizer, { decay: 0.6 }),
    byHand: () => ({ before: (w) => map(w, (x) => x * (1 - LR * 0.6)) }),
  },
  cautious: {
    wrap: (optimizer) => optim.cautious(optimizer),
    byHand: () => {
      let [kept, uphill] = [start(), start()];
      return {
        gradient(g, w) {
          [kept, uphill] = [w, g];
          return g;
        },
        after(w) {
          const move = map(w, (x, i, name) => (kept[name][i] as number) - x);
          const agrees = map(move, (x, i, name) => Number(x * (uphill[name][i] as number) > 0));
          const share = (name: Name): number => agrees[name].reduce((sum, x) => sum + x, 0) / agrees[name].length;
          return map(
            move,
            (x, i, name) => (kept[name][i] as number) - (x * (agrees[name][i] as number)) / Math.max(share(name), 1e-3),
          );
        },
      };
    },
  },
  cautiousWeightDecay: {
    wrap: (optimizer) => optim.cautiousWeightDecay(optimizer, { decay: 0.6 }),
    byHand: () => {
      let kept = start();
      return {
        gradient(g, w) {
          kept = w;
          return g;
        },
        after: (w) =>
          map(w, (x, i, name) => {
            const before = kept[name][i] as number;
            return (before - x) * before >= 0 ? x - LR * 0.6 * before : x;
          }),
      };
    },
  },
  lookahead: {
    wrap: (optimizer) => optim.lookahead(optimizer, { syncPeriod: 3, slowStepSize: 0.4 }),
    byHand: () => {
      let slow = start();
      const synchronized = (w: Tensors): Tensors => map(slow, (x, i, name) => x + 0.4 * ((w[name][i] as number) - x));
      return {
        after(w, { t }) {
          if (t % 3 !== 0) return w;
          slow = synchronized(w);
          return slow;
        },
        evaluation: (w, { t }) => (t < 3 ? w : synchronized(w)),
      };
    },
  },
  exponentialMovingAverage: {
    wrap: (optimizer) => optim.exponentialMovingAverage(optimizer, { averageDecay: 0.7 }),
    byHand: () => {
      let average: Tensors | null = null;
      return {
        after(w) {
          const before = average;
          average = before ? map(w, (x, i, name) => 0.7 * (before[name][i] as number) + 0.3 * x) : w;
          return w;
        },
        evaluation: () => average as Tensors,
      };
    },
  },
  stochasticWeightAveraging: {
    wrap: (optimizer) => optim.stochasticWeightAveraging(optimizer, { averageStart: 1, averagePeriod: 2 }),
    byHand: () => {
      const collected: Tensors[] = [];
      return {
        after(w, { t }) {
          if (t >= 2 && t % 2 === 0) collected.push(w);
          return w;
        },
        evaluation: (w) =>
          collected.length === 0
            ? w
            : make((i, name) => collected.reduce((sum, x) => sum + (x[name][i] as number), 0) / collected.length),
      };
    },
  },
};

/** Pairs that make no sense, outer first, with the reason. */
const AVERAGES = ["exponentialMovingAverage", "stochasticWeightAveraging"];
function refusal(outer: string, inner: string): string | null {
  const average = "it evaluates with an average of its own, which would have no use";
  if (AVERAGES.includes(inner) && AVERAGES.includes(outer)) return average;
  if (AVERAGES.includes(inner) && outer === "lookahead") return `${average}: put lookahead inside`;
  const decays = ["decoupledWeightDecay", "cautiousWeightDecay"];
  if (outer !== inner && decays.includes(outer) && decays.includes(inner)) return "both have a hyperparameter 'decay'";
  return outer === inner && outer !== "centralizeGradient" ? "both have a" : null;
}

/** Steps of wrappers by hand, the outermost first, around plain descent. */
function byHand(wrappers: readonly ByHand[], calls: number): { weights: Tensors[]; evaluations: Tensors[] } {
  let w = start();
  let t = 1;
  let sum: Tensors | null = null;
  let gathered = 0;
  const [weights, evaluations]: [Tensors[], Tensors[]] = [[], []];
  for (let call = 0; call < calls; call++) {
    const moment = { t, call };
    let g = gradientAt(call);
    let seen = w;
    let applies = true;
    for (const wrapper of wrappers) {
      seen = wrapper.before?.(seen) ?? seen;
      // Between updates, the rules inside the accumulation do not run.
      if (!applies) continue;
      g = wrapper.gradient?.(g, seen, moment) ?? g;
      const { microSteps } = wrapper;
      if (microSteps === undefined) continue;
      const before: Tensors | null = sum;
      sum = map(g, (x, i, name) => x / microSteps + (before?.[name][i] ?? 0));
      applies = ++gathered === microSteps;
      g = sum;
    }
    if (applies) {
      [sum, gathered] = [null, 0];
      w = map(seen, (x, i, name) => x - LR * (g[name][i] as number));
      for (const wrapper of [...wrappers].reverse()) w = wrapper.after?.(w, moment) ?? w;
      t++;
    }
    weights.push(w);
    const evaluation = wrappers.find((wrapper) => wrapper.evaluation)?.evaluation;
    evaluations.push(t === 1 ? w : (evaluation?.(w, { t: t - 1, call }) ?? w));
  }
  return { weights, evaluations };
}

const PAIRS = Object.keys(WRAPPERS).flatMap((outer) => Object.keys(WRAPPERS).map((inner) => [outer, inner] as const));

describe.each(PAIRS)("%s around %s", (outer, inner) => {
  const rows = [outer, inner].map((name) => WRAPPERS[name] as Row) as [Row, Row];
  const wrapped = (): Optimizer => rows[0].wrap(rows[1].wrap(sgd({ lr: LR })));

  test("follows both rules, or throws an error with the reason", () => {
    const reason = refusal(outer, inner);
    if (reason !== null) {
      expect(wrapped).toThrow(`${outer} cannot wrap`);
      expect(wrapped).toThrow(reason);
      return;
    }
    const CALLS = 14;
    const expected = byHand(
      rows.map((row) => row.byHand()),
      CALLS,
    );
    const parameters = new Parameters(SHAPES, { dtype: "float64" });
    for (const name of NAMES) parameters.setValue(name, start()[name]);
    const updater = wrapped().bind(parameters);
    for (let call = 0; call < CALLS; call++) {
      for (const name of NAMES) parameters.setGradient(name, gradientAt(call)[name]);
      updater.step();
      const found = (): Tensors => make((i, name) => parameters.value(name)[i] as number);
      expectClose(found(), expected.weights[call] as Tensors);
      expectClose(updater.withEvaluationWeights(found), expected.evaluations[call] as Tensors);
    }
  });
});

function expectClose(found: Tensors, expected: Tensors): void {
  for (const name of NAMES) for (const [i, x] of expected[name].entries()) expect(found[name][i]).toBeCloseTo(x, 11);
}

describe("wrappers of optimizers that they would break throw", () => {
  const { scheduleFreeSgd, scheduleFreeAdamw, madgrad, asgd } = optim;
  const own = "it computes its weights from its state";
  const average = "it evaluates with an average of its own, which would have no use";
  test.each<[string, () => unknown, string]>([
    ["decay of schedule-free SGD", () => optim.decoupledWeightDecay(scheduleFreeSgd()), `${own} 'z'`],
    [
      "decay of schedule-free AdamW",
      () => optim.decoupledWeightDecay(scheduleFreeAdamw()),
      `${own} 'z', which decoupledWeightDecay would not move: set its own weightDecay instead`,
    ],
    ["decay of MADGRAD", () => optim.decoupledWeightDecay(madgrad()), `${own} 'start'`],
    ["lookahead of schedule-free SGD", () => optim.lookahead(scheduleFreeSgd()), `${own} 'z'`],
    ["lookahead of MADGRAD", () => optim.lookahead(optim.clipByValue(madgrad())), `${own} 'start'`],
    ["an average of schedule-free SGD", () => optim.exponentialMovingAverage(scheduleFreeSgd()), average],
    ["a mean of ASGD", () => optim.stochasticWeightAveraging(asgd()), average],
    ["lookahead of ASGD", () => optim.lookahead(asgd()), average],
    [
      "anything around SAM",
      () => optim.lookahead(optim.sharpnessAware(sgd()) as never),
      "lookahead cannot wrap an optimizer that evaluates gradients itself: put sharpnessAware outermost",
    ],
    [
      "SAM around SAM",
      () => optim.sharpnessAware(optim.sharpnessAware(sgd()) as never),
      "sharpnessAware cannot wrap an optimizer that evaluates gradients itself",
    ],
    ["L-BFGS", () => optim.clipByNorm(optim.lbfgs() as never), "lbfgs takes no wrapper"],
    [
      "a factory",
      () => optim.clipByNorm(sgd as never),
      "clipByNorm: expected an optimizer as the first argument, such as clipByNorm(sgd({ lr: 0.1 }))",
    ],
    [
      "decay without a rate",
      () =>
        optim.decoupledWeightDecay(
          optim.defineOptimizer({
            name: "o",
            title: "o",
            paper: "",
            hyperparameters: { a: 1 },
            rule: ["w = w - a * g"],
          })(),
        ),
      "decoupledWeightDecay cannot wrap o: it has no hyperparameter 'lr'",
    ],
  ])("%s: refused with the reason", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("groups of a wrapper", () => {
  const groupsOf = (optimizer: Optimizer) =>
    optimizer
      .bind(new Parameters({ "a.weight": [2, 2], "a.bias": [2], "b.weight": [2, 2], "b.bias": [2] }))
      .groups.map(({ names, frozen, hyperparameters: { lr, decay } }) => ({
        names: names.join(" "),
        frozen,
        lr,
        decay,
      }));

  test("exempt biases from decay, besides the optimizer's own groups", () => {
    const inner = sgd({ lr: 0.1 }, { groups: [{ match: /^b/, lr: 0.2 }] });
    const optimizer = optim.decoupledWeightDecay(inner, { decay: 0.5 }, { groups: [{ match: /bias$/, decay: 0 }] });
    expect(groupsOf(optimizer)).toEqual([
      { names: "b.bias", frozen: false, lr: 0.2, decay: 0 },
      { names: "b.weight", frozen: false, lr: 0.2, decay: 0.5 },
      { names: "a.bias", frozen: false, lr: 0.1, decay: 0 },
      { names: "a.weight", frozen: false, lr: 0.1, decay: 0.5 },
    ]);
    expect(groupsOf(optim.clipByValue(optimizer, {}, { groups: [{ match: "a.bias", frozen: true }] }))).toContainEqual({
      names: "a.bias",
      frozen: true,
      lr: 0.1,
      decay: 0,
    });
  });

  test("a decay of 0 leaves the tensor's weights to the rule", () => {
    const parameters = new Parameters({ weight: [1], bias: [1] }, { dtype: "float64" });
    parameters.values.fill(1);
    const groups = [{ match: /bias/, decay: 0 }];
    optim
      .decoupledWeightDecay(sgd({ lr: 0.1 }), { decay: 0.5 }, { groups })
      .bind(parameters)
      .step();
    expect([...parameters.value("weight"), ...parameters.value("bias")]).toEqual([0.95, 1]);
  });

  test.each<[string, () => unknown, string]>([
    [
      "no tensor matches",
      () =>
        groupsOf(
          optim.decoupledWeightDecay(
            sgd({}, { groups: [{ match: /^b/, lr: 0.2 }] }),
            {},
            { groups: [{ match: /norm/, decay: 0 }] },
          ),
        ),
      "no tensor is left for the group /norm/",
    ],
    [
      "a value is out of range",
      () => optim.decoupledWeightDecay(sgd(), {}, { groups: [{ match: /bias/, decay: -1 }] }),
      "group /bias/: decay = -1: expected a number in [0, inf)",
    ],
    [
      "parts of an update differ between tensors",
      () => optim.accumulateGradients(sgd(), { microSteps: 4 }, { groups: [{ match: /bias/, microSteps: 2 }] }),
      "group /bias/: microSteps = 2: expected 4, as for all tensors",
    ],
  ])("an error where %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
