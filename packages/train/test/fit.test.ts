import { compileEvaluation, createNetwork, defineModel, layers, ops } from "@downhill/graph";
import { imageSet } from "@downhill/images";
import { adam, adamw, plateau, sgd } from "@downhill/optim";
import { expect, test } from "vitest";
import { ConfigError, TrainError } from "../src/error.ts";
import { evaluate } from "../src/evaluation/evaluate.ts";
import { fit } from "../src/fit/fit.ts";
import type { Callback } from "../src/training/callback.ts";
import { copyWeights } from "../src/training/checkpoint.ts";

/** Images whose class is the brighter half. */
function halves(count: number, first = 0) {
  const images = Uint8Array.from({ length: count * 36 }, (_, i) => {
    const [index, pixel] = [first + Math.floor(i / 36), i % 36];
    return 60 + ((i * 37 + index * 11) % 90) + (pixel < 18 === (index % 2 === 0) ? 60 : 0);
  });
  return imageSet({ images, labels: Array.from({ length: count }, (_, i) => (first + i) % 2), imageShape: [1, 6, 6] });
}
const data = { train: halves(64), validation: halves(20, 64) };
const small = () =>
  createNetwork(
    defineModel("halves", [1, 6, 6], 2, (scope, x) =>
      layers.dense(scope, "fc", ops.relu(layers.dense(scope, "hidden", ops.flatten(x), 8)), 2),
    ),
    { seed: 1 },
  );
const silent = { progress: false, threads: 1, tune: false } as const;

test("a network of one's own trains as the command line does: range test, OneCycle, best weights, history", async () => {
  const network = small();
  const lines: string[] = [];
  const progress = { write: (text: string) => lines.push(text) };
  const result = await fit(network, data, { ...silent, progress, batchSize: 4, epochs: 13, seed: 2 });
  const { finder, history, lr, evaluation, weights } = result;
  expect(finder?.steps).toBe(200);
  expect(lr).toBe(finder?.chosen?.lr);
  expect(history.steps).toHaveLength(result.steps);
  expect(history.epochs).toHaveLength(result.epochs);
  // The general recipe: OneCycle over the whole training, with momentum that cycles.
  const rates = history.steps.map((line) => line.lr as number);
  expect(Math.max(...rates)).toBeCloseTo(lr as number, 3);
  expect(rates[0]).toBeCloseTo((lr as number) / 25, 6);
  const losses = history.epochs.map((line) => line.evaluation?.loss as number);
  expect(evaluation?.loss).toBe(Math.min(...losses));
  expect(copyWeights(network)).toEqual(weights);
  const inference = await compileEvaluation(network, { batchSize: 20, normalization: { mean: [0], std: [1] } });
  expect((await evaluate(inference, data.validation, { batchSize: 20 })).accuracy).toBe(evaluation?.accuracy);
  await inference.dispose();
  expect(evaluation?.accuracy).toBeGreaterThan(0.9);
  const text = lines.join("");
  expect(text).toMatch(/^range test: step 1 of 200 \(0 %\)/);
  expect(text).toMatch(/\nlearning rate [\d.e-]+: /);
  expect(text).toMatch(/\nepoch 13 of 13: loss [\d.e-]+, validation loss [\d.e-]+, accuracy [\d.]+\n/);
});

test("a training that is shorter than a range test has the default rate; early stopping ends it", async () => {
  const stopped = await fit(small(), data, {
    ...silent,
    optimizer: adamw,
    batchSize: 16,
    epochs: 2,
    schedule: "constant",
  });
  expect([stopped.finder, stopped.lr]).toEqual([null, stopped.history.steps[0]?.lr]);
  // A rate at which nothing improves.
  const options = { ...silent, optimizer: "sgd", lr: 1e-30, schedule: "constant", batchSize: 32 } as const;
  const ended = await fit(small(), data, { ...options, epochs: 9, earlyStopping: 2 });
  expect([ended.epochs, ended.stopped]).toEqual([
    3,
    "the validation loss did not improve in 2 consecutive evaluations",
  ]);
  const test = await fit(small(), { train: data.train, test: data.validation }, { ...options, epochs: 13 });
  expect([test.epochs, test.stopped]).toEqual([13, null]);
  const falling = await fit(small(), data, {
    ...options,
    lr: 1e-30,
    schedule: { kind: "plateau", patience: 1, eps: 0 },
    epochs: 5,
  });
  expect(falling.history.steps.at(-1)?.lr).toBeLessThan(1e-30);
});

test("a loss of one's own on numbers, with an optimizer that is built, callbacks and frozen parameters", async () => {
  const images = Float32Array.from({ length: 40 * 3 }, (_, i) => Math.sin(i));
  const targets = { angle: Float32Array.from({ length: 40 }, (_, i) => images[3 * i] as number) };
  const train = imageSet({ images, targets, imageShape: [3] });
  const network = createNetwork(
    defineModel("line", [3], (scope, x) => layers.dense(scope, "out", layers.dense(scope, "first", x, 3), 1)),
    { seed: 1 },
  );
  const first = network.parameters.value("first.weight").slice();
  let steps = 0;
  const counter: Callback = { name: "counter", onStep: () => void steps++ };
  const { history, finder, lr } = await fit(
    network,
    { train, validation: train },
    {
      ...silent,
      optimizer: adam({ lr: 0.05 }),
      epochs: 6,
      batchSize: 10,
      targets: { angle: [1] },
      loss: ({ output, angle }) => ops.mse(output, angle),
      metrics: { distance: ({ output, angle }) => ops.l1(output, angle) },
      trains: /^out/,
      callbacks: [counter],
    },
  );
  expect([finder, lr, steps]).toEqual([null, null, 24]);
  expect(network.parameters.value("first.weight")).toEqual(first);
  const [begin, end] = [history.epochs[0], history.epochs.at(-1)];
  expect(end?.evaluation?.loss).toBeLessThan(begin?.evaluation?.loss as number);
  expect(end?.evaluation?.metrics?.distance).toBeGreaterThan(0);
});

test("options that do not go together are refused before anything is trained", async () => {
  const network = small();
  const before = copyWeights(network);
  const rows: [options: object, problem: string][] = [
    [{ epoch: 3 }, "fit: unknown option 'epoch': did you mean 'epochs'?"],
    [{ model: "lenet" }, "fit: unknown option 'model'"],
    [{ epochs: 0 }, "epochs = 0: expected at least 1"],
    [{ optimizer: "adamm" }, "optimizer = 'adamm'"],
    [
      { optimizer: sgd({ lr: 0.1 }), schedule: "cosine" },
      "fit: schedule beside an optimizer that is built. Pass the optimizer as a factory, such as optimizer: sgd, or set schedule in it.",
    ],
    [{ optimizer: sgd({ lr: plateau({ base: 0.1 }) }), lr: 0.1 }, "fit: lr beside an optimizer that is built."],
    [{ batchSize: 65 }, "batchSize = 65: expected at most 64, the training images"],
    [{ loss: ({ output }: never) => output, labelSmoothing: 0.1 }, "labelSmoothing changes the default loss"],
  ];
  for (const [options, problem] of rows) {
    await expect(fit(network, data, { ...silent, ...options })).rejects.toThrow(problem);
  }
  await expect(fit(network, data, { epoch: 1 } as never)).rejects.toThrow(ConfigError);
  await expect(fit(network, { train: data.train }, { earlyStopping: 2 })).rejects.toThrow(
    "there are no validation images",
  );
  await expect(
    fit(createNetwork(defineModel("other", [1, 5, 5], 2, (s, x) => layers.dense(s, "fc", ops.flatten(x), 2))), data),
  ).rejects.toThrow(TrainError);
  expect(copyWeights(network)).toEqual(before);
});
