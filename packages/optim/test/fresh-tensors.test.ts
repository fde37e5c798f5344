import { describe, expect, test } from "vitest";
import * as optim from "../src/index.ts";
import { type Optimizer, Parameters } from "../src/index.ts";
import torch from "./fixtures/unfreeze.json" with { type: "json" };
import { OPTIMIZER_TABLE } from "./optimizer-table.ts";

// An unfrozen body starts anew while the other tensors continue: each tensor moves as in an updater of its own.

const { adam, sgd } = optim;
const SHAPES = { body: [2, 3], fc: [3, 2] } as const;
type Name = keyof typeof SHAPES;

const make = (...names: Name[]): Parameters => {
  const parameters = new Parameters(Object.fromEntries(names.map((name) => [name, SHAPES[name]])));
  for (const name of names) parameters.value(name).set([1, -2, 3, -0.5, 0.25, 2]);
  return parameters;
};
/** Writes gradients that depend on the weights and on the tensor's own step. */
const gradients = (parameters: Parameters, name: Name, step: number): void =>
  parameters.gradient(name).set(parameters.value(name).map((w, i) => w * (1 + i) * 0.1 + Math.sin(step + i)));

const frozen = { groups: [{ match: "body", frozen: true }] };
type Make = (options?: object) => Optimizer;
/** Optimizers whose step sizes come from sums over all tensors. */
const JOINT = ["prodigy", "dadaptAdamw", "dog", "dowg"];
const rows: [string, Make][] = [
  ...OPTIMIZER_TABLE.filter(({ optimizer: { name } }) => !JOINT.includes(name)).map(
    ({ optimizer, descent }): [string, Make] => [optimizer.name, (options) => optimizer(descent, options)],
  ),
  ["sgd with momentum", (options) => sgd({ lr: 0.1, momentum: 0.9, dampening: 0.5 }, options)],
  ["exponentialMovingAverage", (options) => optim.exponentialMovingAverage(adam({}, options), { averageDecay: 0.5 })],
  ["stochasticWeightAveraging", (options) => optim.stochasticWeightAveraging(adam({}, options), { averageStart: 1 })],
  ["lookahead", (options) => optim.lookahead(adam({}, options), { syncPeriod: 2 })],
  ["accumulateGradients", (options) => optim.accumulateGradients(adam({}, options), { microSteps: 1 })],
  ["clipByNorm", (options) => optim.clipByNorm(adam({}, options))],
];

describe('restore(saved, { missing: "fresh" })', () => {
  test.each(rows)("%s: trained tensors continue and others start, each with its own step count", (_, optimizer) => {
    const both = make("body", "fc");
    const first = optimizer(frozen).bind(both);
    const alone = { fc: make("fc"), body: make("body") };
    const updaters = { fc: optimizer().bind(alone.fc), body: optimizer().bind(alone.body) };
    const stepAlone = (name: Name, step: number): void => {
      gradients(alone[name], name, step);
      updaters[name].step();
    };
    for (let i = 0; i < 3; i++) {
      gradients(both, "fc", i);
      first.step();
      stepAlone("fc", i);
    }
    let updater = optimizer().bind(both);
    // Its state must be that of a new updater, also of one that was used.
    gradients(both, "body", 0);
    const before = both.values.slice();
    updater.step();
    both.values.set(before);
    updater.restore(first.state(), { missing: "fresh" });
    expect(updater.steps).toBe(3);
    expect(updater.withEvaluationWeights(() => both.value("body").slice())).toEqual(both.value("body"));
    for (let i = 0; i < 3; i++) {
      gradients(both, "fc", 3 + i);
      gradients(both, "body", i);
      updater.step();
      stepAlone("fc", 3 + i);
      stepAlone("body", i);
      const saved = updater.state();
      expect(saved.tensors.body?.values.t).toBe(i + 1);
      expect(saved.tensors.fc?.values.t).toBeUndefined();
      updater = optimizer().bind(both);
      updater.restore(saved);
      expect(updater.state()).toEqual(saved);
    }
    for (const name of ["fc", "body"] as const) {
      expect(both.value(name)).toEqual(alone[name].value(name));
      expect(updater.withEvaluationWeights(() => both.value(name).slice())).toEqual(
        updaters[name].withEvaluationWeights(() => alone[name].value(name).slice()),
      );
    }
  });

  test("PyTorch has the same weights after a body without gradients is unfrozen", () => {
    const makers: Record<keyof typeof torch, Make> = {
      adam: (options) => adam({ lr: 0.1 }, options),
      adamw: (options) => optim.adamw({ lr: 0.1, weightDecay: 0.01 }, options),
      sgd: (options) => sgd({ lr: 0.1, momentum: 0.9, dampening: 0.5 }, options),
    };
    for (const [name, optimizer] of Object.entries(makers)) {
      const parameters = new Parameters({ body: [3], fc: [3] }, { dtype: "float64" });
      for (const tensor of ["body", "fc"]) parameters.value(tensor).set([1, -2, 3]);
      let updater = optimizer(frozen).bind(parameters);
      for (let i = 0; i < 6; i++) {
        if (i === 3) {
          const saved = updater.state();
          updater = optimizer().bind(parameters);
          updater.restore(saved, { missing: "fresh" });
        }
        parameters.gradient("fc").set([0, 1, 2].map((k) => Math.sin(i + k)));
        parameters.gradient("body").set([0, 1, 2].map((k) => Math.cos(i + k)));
        updater.step();
      }
      for (const [tensor, values] of Object.entries(torch[name as keyof typeof torch])) {
        for (const [k, value] of values.entries()) {
          expect(parameters.value(tensor)[k], `${name} ${tensor}`).toBeCloseTo(value, 12);
        }
      }
    }
  });

  test("optimizers with sums over all tensors, and SAM, continue too", () => {
    for (const factory of [optim.prodigy, optim.dadaptAdamw]) {
      const both = make("body", "fc");
      const first = factory({}, frozen).bind(both);
      both.gradients.fill(0.5);
      for (let i = 0; i < 3; i++) first.step();
      const second = factory().bind(both);
      second.restore(first.state(), { missing: "fresh" });
      second.step();
      expect(second.state().tensors.body?.values.t).toBe(1);
      expect(both.values.every(Number.isFinite)).toBe(true);
    }
    const both = make("body", "fc");
    const first = optim.sharpnessAware(adam({}, frozen)).bind(both);
    const closure = (): number => {
      gradients(both, "fc", 1);
      gradients(both, "body", 1);
      return 0;
    };
    first.step(closure);
    const second = optim.sharpnessAware(adam()).bind(both);
    expect(() => second.restore(first.state())).toThrow("it has no state of tensor 'body'");
    second.restore(first.state(), { missing: "fresh" });
    second.step(closure);
    expect(second.state().tensors.body?.values.t).toBe(1);
  });

  test("schedules count the steps of the updater", () => {
    const lr = (step: number): number => 0.1 * (step + 1);
    const both = make("body", "fc");
    const first = sgd({ lr }, frozen).bind(both);
    first.step();
    const second = sgd({ lr }).bind(both);
    second.restore(first.state(), { missing: "fresh" });
    both.gradients.fill(1);
    const before = both.value("body").slice();
    second.step();
    expect(both.value("body")).toEqual(before.map((w) => Math.fround(w - Math.fround(0.2))));
  });

  test("only the state of whole tensors may be missing, and only between updates", () => {
    const both = make("body", "fc");
    const first = optim.accumulateGradients(adam({}, frozen), { microSteps: 2 }).bind(both);
    first.step();
    const second = optim.accumulateGradients(adam(), { microSteps: 2 }).bind(both);
    const refusals: [saved: unknown, problem: string][] = [
      [first.state(), "it has no state of tensor 'body'"],
      [{ ...second.state(), tensors: { ...second.state().tensors, other: {} } }, "it has state of tensor 'other'"],
      [{ ...second.state(), tensors: { fc: { shape: [3, 2], values: {} } } }, "tensor 'fc' was saved without its 'm'"],
      [{ ...second.state(), tensors: 5 }, "its tensors is 5, not an object"],
      [undefined, "it is undefined, not an object"],
    ];
    for (const [saved, problem] of refusals) {
      expect(() => second.restore(saved as never, { missing: "fresh" })).toThrow(problem);
    }
    for (const t of [-1, 0.5, "1"]) {
      const { fc, body } = second.state().tensors;
      const saved = { ...second.state(), tensors: { fc, body: { ...body, values: { ...body?.values, t } } } };
      expect(() => second.restore(saved as never)).toThrow("tensor 'body' was saved with 't'");
    }
  });
});
