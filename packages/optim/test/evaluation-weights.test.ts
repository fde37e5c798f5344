import { describe, expect, test } from "vitest";
import {
  exponentialMovingAverage,
  lookahead,
  Parameters,
  scheduleFreeSgd,
  sgd,
  sharpnessAware,
  stochasticWeightAveraging,
} from "../src/index.ts";

/** Optimizers whose evaluation weights are averages, and one that evaluates with the weights themselves. */
const OPTIMIZERS = {
  exponentialMovingAverage: () => exponentialMovingAverage(sgd({ lr: 1 }), { averageDecay: 0.5 }),
  stochasticWeightAveraging: () => stochasticWeightAveraging(sgd({ lr: 1 })),
  lookahead: () => lookahead(sgd({ lr: 1 }), { syncPeriod: 3 }),
  scheduleFreeSgd: () => scheduleFreeSgd({ lr: 1 }),
  sgd: () => sgd({ lr: 1 }),
};

function start(optimizer: () => ReturnType<typeof sgd>, steps = 4) {
  const parameters = new Parameters({ w: [2] });
  parameters.gradients.fill(1);
  const updater = optimizer().bind(parameters);
  for (let i = 0; i < steps; i++) updater.step();
  return { parameters, updater };
}

/** Returns a promise with the function that resolves it. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

const BUSY = "withEvaluationWeights() is in progress";

describe.each(Object.entries(OPTIMIZERS))("during an evaluation with the weights of %s", (_, optimizer) => {
  test.each([0, 4])("after %i steps, calls that would lose the weights throw and change nothing", async (steps) => {
    const { parameters, updater } = start(optimizer, steps);
    const expected = start(optimizer, steps + 1).parameters.values;
    const saved = updater.state();
    const evaluation = gate();
    const done = updater.withEvaluationWeights(async () => {
      await evaluation.opened;
      return "evaluated";
    });
    const calls = [
      () => updater.step(),
      () => updater.state(),
      () => updater.restore(saved),
      () => updater.dispose(),
    ] as const;
    for (const call of calls) expect(call).toThrow(BUSY);
    evaluation.open();
    expect(await done).toBe("evaluated");
    expect(updater.state()).toEqual(saved);
    updater.step();
    expect(parameters.values).toEqual(expected);
  });

  test("evaluations overlap and nest, and the weights return after the last one", async () => {
    const { parameters, updater } = start(optimizer);
    const weights = parameters.values.slice();
    const averaged = updater.withEvaluationWeights(() => parameters.values.slice());
    const [first, second] = [gate(), gate()];
    const one = updater.withEvaluationWeights(async () => {
      await first.opened;
      return updater.withEvaluationWeights(() => parameters.values.slice());
    });
    const other = updater.withEvaluationWeights(async () => {
      await second.opened;
      return parameters.values.slice();
    });
    first.open();
    expect(await one).toEqual(averaged);
    expect(parameters.values).toEqual(averaged);
    second.open();
    expect(await other).toEqual(averaged);
    expect(parameters.values).toEqual(weights);
  });
});

test("any object with then() is awaited, and a rejection restores the weights", async () => {
  const { parameters, updater } = start(OPTIMIZERS.exponentialMovingAverage);
  const weights = parameters.values.slice();
  const lazy = {
    // biome-ignore lint/suspicious/noThenProperty: query builders are such objects
    then: (resolve: (values: unknown) => void) => setTimeout(() => resolve(parameters.values.slice())),
  };
  const seen = (await updater.withEvaluationWeights(() => lazy)) as unknown as Float32Array;
  expect(seen).not.toEqual(weights);
  await expect(updater.withEvaluationWeights(() => Promise.reject(new Error("no images")))).rejects.toThrow(
    "no images",
  );
  expect(parameters.values).toEqual(weights);
  updater.step();
});

test("sharpness-aware minimization keeps its weights as well", async () => {
  const parameters = new Parameters({ w: [2] });
  const updater = sharpnessAware(OPTIMIZERS.exponentialMovingAverage()).bind(parameters);
  const closure = (): number => {
    parameters.gradients.fill(1);
    return 1;
  };
  for (let i = 0; i < 3; i++) updater.step(closure);
  const weights = parameters.values.slice();
  const evaluation = gate();
  const done = updater.withEvaluationWeights(() => evaluation.opened);
  expect(() => updater.step(closure)).toThrow(BUSY);
  evaluation.open();
  await done;
  expect(parameters.values).toEqual(weights);
});
