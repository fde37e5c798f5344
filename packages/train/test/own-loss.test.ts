import {
  compileEvaluation,
  compileTrainingStep,
  createNetwork,
  defineModel,
  layers,
  type Network,
  ops,
  type Tensor,
} from "@downhill/graph";
import { balanced, createLoader, imageSet, type StreamSource, weighted } from "@downhill/images";
import { accumulateGradients, adamw, exponentialMovingAverage, plateau, sgd } from "@downhill/optim";
import { expect, test } from "vitest";
import {
  type Callback,
  type Checkpoint,
  copyWeights,
  type EpochLine,
  evaluate,
  findLearningRate,
  fit,
  followPlateau,
  gradientNorm,
  loadWeights,
  metrics,
  readCheckpoint,
  type StepLine,
  saveWeights,
  setWeights,
  stopEarly,
  sweepHyperparameter,
  TrainError,
  type TrainOptions,
  type TrainResult,
  train,
  writeCheckpoint,
} from "../src/index.ts";
import { accuracyPlot, lossPlot } from "../src/plots/index.ts";

/** Points of four numbers, and an angle that depends on them. */
const FEATURES = 4;
const pointsOf = (count: number, shift = 0) => {
  const images = Float32Array.from({ length: count * FEATURES }, (_, i) => Math.sin(3 * (i + shift)));
  const angle = Float32Array.from({ length: count }, (_, i) => {
    const [a, b, c] = images.subarray(i * FEATURES) as unknown as [number, number, number];
    return a - 0.5 * b + 0.2 * c * a;
  });
  return imageSet({ images, imageShape: [FEATURES], targets: { angle } });
};
const points = pointsOf(22);
const held = pointsOf(10, 1000);
const classes = imageSet({ images: new Float32Array(16), imageShape: [4], targets: { kind: new Int32Array(4) } });

const network = (): Network<"output"> =>
  createNetwork(
    defineModel("regression", [FEATURES], (scope, x) =>
      layers.dense(scope, "out", ops.relu(layers.dense(scope, "hidden", x, 8)), 1),
    ),
    { seed: 2 },
  );

type Tensors = { readonly output: Tensor; readonly angle: Tensor };
const objective = {
  targets: { angle: [1] as const },
  loss: ({ output, angle }: Tensors) => ops.huber(output, angle),
  metrics: { error: ({ output, angle }: Tensors) => ops.l1(output, angle) },
};

type Options = TrainOptions<"output", (typeof objective)["targets"], "error">;
const regression = (options: Partial<Options> = {}): Promise<TrainResult> =>
  train({
    network: network(),
    data: { train: points, validation: held },
    ...objective,
    optimizer: sgd({ lr: 0.1 }),
    epochs: 2,
    batchSize: 8,
    seed: 3,
    ...options,
  });

/** Records the lines of a training. */
function recorder() {
  const [steps, epochs]: [StepLine[], EpochLine[]] = [[], []];
  const callback: Callback = {
    name: "recorder",
    onStep: (line) => void steps.push(line),
    onEpoch: (line) => void epochs.push(line),
  };
  return { steps, epochs, callback };
}

test("a regression's lines and evaluation have the loss and the metrics, and no accuracy", async () => {
  const { steps, epochs, callback } = recorder();
  const own = network();
  const { evaluation } = await regression({ network: own, epochs: 30, callbacks: [callback] });
  expect(steps).toHaveLength(90);
  expect(lossPlot({ steps, epochs })).toContain("</svg>");
  expect(accuracyPlot({ steps, epochs })).toContain("</svg>");
  expect(steps[0]).toMatchObject({ accuracy: Number.NaN, batchSize: 8, error: expect.any(Number) });
  expect(JSON.parse(JSON.stringify(steps[0])).accuracy).toBeNull();
  const [first, last] = [epochs[0] as EpochLine, epochs.at(-1) as EpochLine];
  const ofFirst = steps.slice(0, 3);
  const mean = (key: string): number =>
    ofFirst.reduce((sum, line) => sum + (line[key] as number) * line.batchSize, 0) / points.length;
  expect(first.train.loss).toBeCloseTo(mean("loss"), 12);
  expect(first.train.metrics?.error).toBeCloseTo(mean("error"), 12);
  expect(last.evaluation?.loss).toBeLessThan(0.5 * (first.evaluation?.loss as number));
  expect(last.evaluation?.metrics).toEqual(evaluation?.metrics);
  expect(evaluation).toMatchObject({ images: 10, accuracy: Number.NaN, perClass: [], mistakes: [] });
  const inference = await compileEvaluation(own, { batchSize: 3, ...objective });
  const again = await evaluate(inference, held, { batchSize: 4 });
  expect(again.loss).toBeCloseTo(evaluation?.loss as number, 6);
  expect(again.metrics.error).toBeCloseTo(evaluation?.metrics.error as number, 6);
  await inference.dispose();
});

test("train is a loop over the loader, bit for bit", async () => {
  const [own, loop] = [network(), network()];
  const sampler = balancedByAngle();
  await regression({ network: own, sampler, epochs: 2 });
  const step = await compileTrainingStep(loop, { batchSize: 8, ...objective });
  const updater = sgd({ lr: 0.1 }).bind(loop.parameters);
  const loader = createLoader(points, { seed: 3, sampler });
  for (const epoch of [0, 1]) {
    for (const { images, targets } of loader.epoch(epoch, 8)) {
      await step.run(images, { angle: targets.angle as Float32Array });
      updater.step();
    }
  }
  await step.dispose();
  expect(copyWeights(own)).toEqual(copyWeights(loop));
});

/** A sampler of 20 images per epoch. */
const balancedByAngle = () => weighted(points.targets.angle?.values.map(Math.abs) ?? [], { length: 20 });

test.each<[string, Partial<Options>]>([
  ["micro-batches of unequal size", { largestPart: 3 }],
  [
    "accumulated batches, of which the last is small",
    { optimizer: accumulateGradients(sgd({ lr: 0.1 }), { microSteps: 2 }), batchSize: 4 },
  ],
])("%s give the mean over the images", async (_, options) => {
  const [whole, divided] = [recorder(), recorder()];
  const [a, b] = [network(), network()];
  await regression({ network: a, callbacks: [whole.callback] });
  await regression({ network: b, callbacks: [divided.callback], ...options });
  expect(divided.steps).toHaveLength(whole.steps.length);
  for (const [i, line] of whole.steps.entries()) {
    for (const key of ["loss", "error", "gradientNorm"])
      expect(divided.steps[i]?.[key]).toBeCloseTo(line[key] as number, 5);
  }
  const weights = copyWeights(a);
  for (const [name, values] of Object.entries(copyWeights(b))) {
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(weights[name]?.[i] as number, 5);
  }
});

/** The training images as a stream, in pieces of five. */
const stream: StreamSource = {
  imageShape: [FEATURES],
  dtype: "float32",
  length: 22,
  async *open() {
    yield* createLoader(points, { order: "sequential" }).epoch(0, 5);
  },
};

test.each<[string, Partial<Options>]>([
  ["a weighted sampler", { sampler: balancedByAngle() }],
  ["an average", { optimizer: exponentialMovingAverage(adamw({ lr: 0.05 }), { averageDecay: 0.8 }) }],
  ["a stream", { data: { train: stream, validation: held } }],
  [
    "an object of one's own",
    {
      data: { train: { ...points, read: (i, into, at) => points.read(i, into as Float32Array, at) }, validation: held },
    },
  ],
])("a training that is stopped within an epoch is resumed bit for bit: %s", async (_, options) => {
  const whole = recorder();
  const result = await regression({ ...options, callbacks: [whole.callback] });
  let saved: Checkpoint | undefined;
  const stop: Callback = {
    name: "stop",
    onStep({ step }, training) {
      if (step !== 1) return;
      saved = structuredClone(training.checkpoint());
      training.stop("enough");
    },
  };
  await regression({ ...options, callbacks: [stop] });
  const rest = recorder();
  const resumed = await regression({ ...options, from: saved as Checkpoint, callbacks: [rest.callback] });
  expect(rest.steps).toEqual(whole.steps.slice(2));
  expect(rest.epochs).toEqual(whole.epochs);
  expect(resumed.weights).toEqual(result.weights);
  expect(resumed.evaluation).toEqual(result.evaluation);
});

test("a stream trains as a set in sequential order, and of the epoch's length", async () => {
  const [a, b, c] = [network(), network(), network()];
  await regression({ network: a, order: "sequential" });
  await regression({ network: b, data: { train: stream, validation: held } });
  expect(copyWeights(b)).toEqual(copyWeights(a));
  const steps = recorder();
  await regression({ network: c, data: { train: { ...stream, length: 10 } }, callbacks: [steps.callback] });
  expect(steps.steps.map(({ batchSize }) => batchSize)).toEqual([8, 2, 8, 2]);
});

test("images alone train an autoencoder with several outputs, with statistics of batch norm for the average", async () => {
  const images = imageSet({
    images: Uint8Array.from({ length: 20 * 16 }, (_, i) => (37 * i) % 256),
    imageShape: [1, 4, 4],
    targets: {},
  });
  const model = defineModel("autoencoder", [1, 4, 4], (scope, x) => {
    const code = layers.batchNorm(scope, "norm", layers.conv2d(scope, "encode", x, 2, { kernel: 3, padding: "same" }));
    return { decoded: layers.conv2d(scope, "decode", ops.relu(code), 1, { kernel: 3, padding: "same" }), code };
  });
  const own = createNetwork(model, { seed: 1 });
  const { evaluation, weights } = await train({
    network: own,
    data: { train: images, validation: images },
    targets: {},
    loss: ({ decoded, images }) => ops.mse(decoded, images),
    metrics: { size: ({ code }) => ops.mean(ops.abs(code)) },
    optimizer: exponentialMovingAverage(sgd({ lr: 0.1 }), { averageDecay: 0.9 }),
    epochs: 8,
    batchSize: 10,
  });
  const first = createNetwork(model, { seed: 1 });
  const score = async (network: typeof own): Promise<number> => {
    const inference = await compileEvaluation(network, {
      batchSize: 20,
      normalization: { mean: [0], std: [1] },
      targets: {},
      loss: ({ decoded, images }) => ops.mse(decoded, images),
    });
    const { loss } = await evaluate(inference, images, { batchSize: 20 });
    await inference.dispose();
    return loss;
  };
  expect(await score(own)).toBeCloseTo(evaluation?.loss as number, 6);
  expect(evaluation?.loss).toBeLessThan(await score(first));
  expect(evaluation?.metrics.size).toBeGreaterThan(0);
  expect(copyWeights(own)).toEqual(weights);
});

test("a vector of numbers beside class labels is no prediction", async () => {
  const labels = Int32Array.from({ length: 10 }, (_, i) => i % 3);
  const set = imageSet({ images: Float32Array.from({ length: 40 }, (_, i) => Math.sin(i)), labels, imageShape: [4] });
  const { steps, callback } = recorder();
  const { evaluation } = await train({
    network: createNetwork(defineModel("autoencoder", [4], (scope, x) => layers.dense(scope, "out", x, 4))),
    data: { train: set, validation: set },
    loss: ({ output, images }) => ops.mse(output, images),
    optimizer: sgd({ lr: 0.1 }),
    epochs: 1,
    batchSize: 10,
    callbacks: [callback],
  });
  expect([steps[0]?.accuracy, evaluation?.accuracy, evaluation?.perClass]).toEqual([Number.NaN, Number.NaN, []]);
});

test("a classifier with a loss of its own has accuracies, and the same ones as with the default loss", async () => {
  const images = Float32Array.from({ length: 30 * 4 }, (_, i) => Math.sin(i * i));
  const labels = Int32Array.from({ length: 30 }, (_, i) => ((images[4 * i] as number) > 0 ? 1 : 0));
  const set = imageSet({ images, labels, imageShape: [4] });
  const model = defineModel("classifier", [4], 2, (scope, x) => layers.dense(scope, "out", x, 2));
  const own = async (options: object): Promise<TrainResult> =>
    train({
      network: createNetwork(model, { seed: 1 }),
      data: { train: set, validation: set },
      optimizer: sgd({ lr: 0.5 }),
      epochs: 3,
      batchSize: 8,
      seed: 1,
      ...options,
    });
  const plain = await own({});
  const same = await own({
    loss: ({ output, labels }: { output: Tensor; labels: Tensor }) => ops.crossEntropy(output, labels),
  });
  expect(same.weights).toEqual(plain.weights);
  expect(same.evaluation).toMatchObject({ accuracy: plain.evaluation?.accuracy, perClass: plain.evaluation?.perClass });
  expect(same.evaluation?.loss).toBeCloseTo(plain.evaluation?.loss as number, 6);
  const balancedOnes = await own({
    sampler: balanced(),
    metrics: { size: ({ output }: { output: Tensor }) => ops.mean(output) },
  });
  expect(balancedOnes.evaluation).toMatchObject({
    accuracy: expect.any(Number),
    metrics: { size: expect.any(Number) },
  });
});

test("early stopping and plateaus follow a metric", async () => {
  const lr = plateau({ base: 0.1, patience: 1, threshold: 10 });
  const { stopped, weightsStep } = await regression({
    optimizer: sgd({ lr }),
    epochs: 20,
    callbacks: [followPlateau(lr, { metric: "error" }), stopEarly({ metric: "error", mode: "max", patience: 4 })],
  });
  expect(stopped).toBe("the validation error did not improve in 4 consecutive evaluations");
  expect(weightsStep).toBe(3);
  expect(lr()).toBeLessThan(0.1);
});

test("the range test and the sweep of a regression measure its own loss", async () => {
  const many = pointsOf(600);
  const options = {
    network: network(),
    data: { train: many, validation: held },
    ...objective,
    batchSize: 8,
    seed: 2,
  };
  const probed = await findLearningRate({
    ...options,
    optimizer: sgd(),
    steps: 120,
    lowest: 1e-4,
    highest: 100,
    probe: 64,
  });
  const plain = await findLearningRate({ ...options, optimizer: sgd(), steps: 120, lowest: 1e-4, highest: 100 });
  for (const { chosen, curve, refusal } of [probed, plain]) {
    expect(refusal).toBeNull();
    expect(chosen?.lr).toBeGreaterThan(0.01);
    expect(chosen?.lr).toBeLessThan(3);
    expect(curve.loss[0]).toBeLessThan(1);
  }
  const swept = await sweepHyperparameter({
    ...options,
    optimizer: sgd({ lr: 0.1 }),
    sweep: "weightDecay",
    values: [0, 10],
    steps: 20,
    seeds: 1,
    probe: 10,
  });
  expect(swept.chosen?.value).toBe(0);
  expect(swept.before).toBeLessThan(1);
});

const MISTAKES: Readonly<Record<string, readonly [Partial<Options> | object, string]>> = {
  "images without the target": [
    { data: { train: { ...points, targets: {} } } },
    "data.train: the images have no target 'angle'. Expected angle. Their targets: none.",
  ],
  "a target of another shape": [
    { targets: { angle: [2] } },
    "targets.angle: float32 [2]. Expected float32 [1], as in data.train.",
  ],
  "validation images without the target": [
    { data: { train: points, validation: { ...held, targets: {} } } },
    "evaluate: the images have no target 'angle'. Expected angle.",
  ],
  "a target with a NaN": [
    {
      data: {
        train: { ...points, targets: { angle: { values: new Float32Array(22).fill(Number.NaN, 7), shape: [1] } } },
      },
    },
    "data.train: targets.angle is NaN for image 7. Expected finite numbers.",
  ],
  "images of another shape": [
    { data: { train: imageSet({ images: new Float32Array(12), imageShape: [2, 2], targets: {} }) } },
    "data.train: images [2,2]. Expected [4], the input of regression.",
  ],
  "bytes that are no image": [
    { data: { train: imageSet({ images: new Uint8Array(12), imageShape: [4], targets: {} }) } },
    "data.train: images of bytes [4]. Expected [channels, height, width], or a Float32Array.",
  ],
  "validation images of another type": [
    { data: { train: points, validation: imageSet({ images: new Uint8Array(12), imageShape: [4], targets: {} }) } },
    "data.validation: uint8 images [4]. Expected float32 images [4], as in data.train.",
  ],
  "a stream to evaluate on": [{ data: { train: points, validation: stream } }, "data.validation: a stream."],
  "a normalization of numbers": [
    { data: { train: points, normalization: { mean: [0], std: [1] } } },
    "data.normalization: images of float32 are not normalized.",
  ],
  "no training images": [{ data: { train: { ...points, length: 0 } } }, "data.train: length = 0."],
  "an object without read": [{ data: { train: { length: 3 } } }, "data.train: the images have no function read"],
  "augmentation of numbers": [{ augment: [{ kind: "flip" }] }, "augment with float32 images [4]."],
  "label smoothing of another loss": [{ labelSmoothing: 0.1 }, "labelSmoothing changes the default loss."],
  "an order by the default loss": [
    { order: "easy-first" },
    "order = easy-first: the images are sorted by the default loss",
  ],
  "an iterable": [
    { data: { train: stream.open(0) } },
    "data.train: an iterable, which ends after one epoch. Expected { imageShape, length, open }, whose open(epoch) returns it.",
  ],
  "a sampler of a stream": [
    { data: { train: stream }, sampler: balanced() },
    "sampler beside a stream, which has an order of its own.",
  ],
  "a sampler beside an order": [{ sampler: balanced(), order: "sequential" }, "sampler beside order = sequential."],
  "a metric of another number": [
    { metrics: { lr: () => ops.mse } },
    "metrics.lr: step lines have a number of this name.",
  ],
  "a model as the network": [{ network: network().model }, "train: the network is a model without numbers."],
  "a factory as the optimizer": [
    { optimizer: sgd },
    "optimizer is a function. Expected an optimizer, such as adamw({ lr: 1e-3 }).",
  ],
  "an optimizer that freezes everything": [
    { optimizer: sgd({ lr: 0.1 }, { groups: [{ match: /./, frozen: true }] }) },
    "optimizer: its groups freeze all parameters of regression, so there is nothing to train.",
  ],
  "no batch size": [{ batchSize: undefined }, "batchSize = undefined: expected a whole number of at least 1"],
  "a callback that is not in a list": [
    { callbacks: stopEarly() },
    "callbacks is an object. Expected a list of callbacks",
  ],
  "a missing callback": [{ callbacks: [undefined] }, "callbacks[0] is undefined."],
  "an augmentation by its name": [{ augment: "flip" }, "augment is a string. Expected a list"],
  "a sampler by its name": [{ sampler: "balanced" }, "sampler is a string. Expected a sampler, such as balanced()."],
  "validation images by their name": [
    { data: { train: points, validation: "test" } },
    "data.validation is a string. Expected images of a data set or of imageSet.",
  ],
  "a path as the checkpoint": [{ from: "run.ckpt" }, "from is a string. Expected a checkpoint"],
  "an object as the checkpoint": [{ from: {} }, "from.position is undefined. Expected that of a checkpoint"],
  "trains by an index": [{ trains: 0 }, "regression: trains is a number. Expected a pattern"],
  "a target of whole numbers with another shape": [
    { data: { train: classes }, targets: { kind: { shape: [], dtype: "int32" } } },
    "targets.kind: int32 []. Expected int32 [1], as in data.train. imageSet takes { values, shape } for another shape.",
  ],
  "an unknown metric to follow": [
    { callbacks: [stopEarly({ metric: "accuracy" })] },
    "stopEarly: metric = accuracy. Expected one of the training: loss, error.",
  ],
  "a batch of more images than there are": [{ batchSize: 23 }, "batchSize = 23"],
  "a stream that ends early": [
    { data: { train: { ...stream, length: 30 } } },
    "stream: epoch 0 ended after 22 images. Expected 30 images, the length of the stream.",
  ],
};

test("arguments of another type are refused in a sentence", async () => {
  const own = network();
  const options = { data: { train: points }, optimizer: sgd({ lr: 0.1 }), batchSize: 8 };
  const rows: [act: () => unknown, message: string][] = [
    [() => train(undefined as never), "train: the argument is undefined."],
    [() => fit(own.model as never, { train: points }), "fit: the network is a model without numbers."],
    [() => fit(own, undefined as never), "fit: data is undefined."],
    [() => findLearningRate(undefined as never), "findLearningRate: the argument is undefined."],
    [() => findLearningRate({ ...options, network: own.model } as never), "findLearningRate: the network is a model"],
    [
      () => sweepHyperparameter({ ...options, network: own, data: 1 } as never),
      "sweepHyperparameter: data is a number.",
    ],
    [() => evaluate(own as never, points, { batchSize: 8 }), "evaluate: the first argument has no function measure."],
    [() => copyWeights(undefined as never), "copyWeights: the network is undefined."],
    [() => setWeights(own, undefined as never), "setWeights: the second argument is undefined."],
    [() => gradientNorm(own as never), "gradientNorm: the gradients is undefined."],
    [() => saveWeights(undefined as never, "a.safetensors"), "saveWeights: the network is undefined."],
    [() => saveWeights(own, undefined as never), "the file is undefined. Expected its path, as a string."],
    [() => loadWeights(own, 1 as never), "the file is a number. Expected its path, as a string."],
    [() => loadWeights(own, "a.safetensors", { ignore: 1 as never }), "loadWeights: ignore is no pattern."],
    [() => loadWeights(own, "a.safetensors", { rename: "fc" as never }), "loadWeights: rename is a string."],
    [() => fit(own, { train: points }, { optimizer: {} as never }), "fit: optimizer is an object."],
    [() => readCheckpoint("a.ckpt", null as never), "readCheckpoint: the second argument is null."],
    [() => writeCheckpoint("a.ckpt", undefined as never), "writeCheckpoint: the second argument is undefined."],
    [() => metrics.accuracy().add(undefined as never, [1]), "accuracy: the scores is undefined."],
  ];
  for (const [act, message] of rows) {
    const error = await Promise.resolve()
      .then(act)
      .catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain(message);
    expect(error).toBeInstanceOf(TrainError);
  }
});

test.each(Object.entries(MISTAKES))("%s is refused in a sentence", async (_, [options, message]) => {
  const error = await regression({ ...(options as Partial<Options>), epochs: 1 }).catch((thrown: unknown) => thrown);
  expect((error as Error).message).toContain(message);
  expect(["TrainError", "DataError", "GraphError"]).toContain((error as Error).name);
});

test("class labels that the model does not have, or that are missing, are refused", async () => {
  const set = imageSet({ images: new Float32Array(12), labels: [0, 1, 5], imageShape: [4] });
  const model = defineModel("classifier", [4], 2, (scope, x) => layers.dense(scope, "out", x, 2));
  const network = createNetwork(model);
  const options = { network, optimizer: sgd({ lr: 0.1 }), epochs: 1, batchSize: 2 };
  await expect(train({ ...options, data: { train: set } })).rejects.toThrow(
    "data.train: the label of image 2 is 5. Expected at most 1: classifier has 2 classes.",
  );
  await expect(train({ ...options, data: { train: points } })).rejects.toThrow(
    "data.train: the images have no target 'labels'. Expected labels. Their targets: angle.",
  );
  const inference = await compileEvaluation(network, { batchSize: 3 });
  await expect(evaluate(inference, set, { batchSize: 3 })).rejects.toThrow(
    "evaluate: the label of image 2 is 5. Expected at most 1: classifier has 2 classes.",
  );
  await expect(evaluate(inference, points, { batchSize: 3 })).rejects.toThrow("the images have no class labels");
  await inference.dispose();
});
