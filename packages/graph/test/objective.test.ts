import { adam } from "@downhill/optim";
import { describe, expect, test } from "vitest";
import {
  compileDeviceStep,
  compileEvaluation,
  compileTrainingStep,
  createNetwork,
  defineModel,
  exportOnnx,
  layers,
  mlp,
  type Network,
  openOnnx,
  ops,
  summary,
  type Tensor,
} from "../src/index.ts";

const noise = (count: number, seed = 1): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed * 17 + i * i * 0.37));

const angles = () =>
  createNetwork(
    defineModel("angles", [1, 4, 4], (scope, images) => layers.dense(scope, "fc", ops.flatten(images), 2)),
    { seed: 1 },
  );

const vae = () =>
  createNetwork(
    defineModel("vae", [6], (scope, images) => {
      const mean = layers.dense(scope, "mean", images, 3);
      const logVariance = layers.dense(scope, "logVariance", images, 3);
      return { decoded: layers.dense(scope, "decoder", mean, 6), mean, logVariance };
    }),
    { seed: 2 },
  );

/** Negative half of the mean of 1 + log(v) - mean^2 - v. */
const divergence = (mean: Tensor, logVariance: Tensor): Tensor =>
  ops.mul(-0.5, ops.mean(ops.sub(ops.add(1, logVariance), ops.add(ops.square(mean), ops.exp(logVariance)))));

describe("a loss of targets", () => {
  test("its value, its metrics and its gradients are those of the formula", async () => {
    const network = angles();
    const step = await compileTrainingStep(network, {
      batchSize: 3,
      targets: { angle: [2], weight: [] },
      loss: ({ output, angle, weight }) => ops.mean(ops.mul(ops.mean(ops.square(ops.sub(output, angle)), [1]), weight)),
      metrics: {
        error: ({ output, angle }) => ops.mean(ops.abs(ops.sub(output, angle))),
        level: ({ images }) => ops.mean(images),
      },
    });
    const [images, angle, weight] = [noise(48), noise(6, 2), Float32Array.of(1, 0.5, 2)];
    const { loss, correct, metrics } = await step.run(images, { angle, weight });
    const evaluation = await compileEvaluation(network, { batchSize: 3 });
    const output = await evaluation.run(images);
    const difference = Array.from(output, (y, i) => y - (angle[i] as number));
    const of = (i: number): number => weight[i >> 1] as number;
    expect(loss).toBeCloseTo(
      difference.reduce((sum, d, i) => sum + (d * d * of(i)) / 6, 0),
      5,
    );
    expect(metrics.error).toBeCloseTo(
      difference.reduce((sum, d) => sum + Math.abs(d) / 6, 0),
      5,
    );
    expect(metrics.level).toBeCloseTo(
      images.reduce((sum, x) => sum + x / 48, 0),
      5,
    );
    expect(correct).toBeNaN();
    for (const [i, found] of network.parameters.gradient("fc.bias").entries()) {
      const expected = [0, 1, 2].reduce((sum, row) => sum + ((difference[2 * row + i] as number) * of(2 * row)) / 3, 0);
      expect(found).toBeCloseTo(expected, 5);
    }
    await Promise.all([step.dispose(), evaluation.dispose()]);
  });

  test("a loss written out is the default loss of a classifier, bit for bit, and labels are counted", async () => {
    const [own, plain] = [0, 1].map(() => createNetwork(mlp([1, 4, 4], 3), { seed: 1 })) as [Network, Network];
    const written = await compileTrainingStep(own, {
      batchSize: 4,
      loss: ({ output, labels }) => ops.crossEntropy(output, labels, { ignoreIndex: null }),
    });
    const usual = await compileTrainingStep(plain, { batchSize: 4 });
    const [images, labels] = [noise(64), Int32Array.of(0, 1, 2, 1)];
    expect(await written.run(images, labels)).toEqual(await usual.run(images, { labels }));
    expect(own.parameters.gradients).toEqual(plain.parameters.gradients);
    await Promise.all([written.dispose(), usual.dispose()]);
  });

  test("labels that a loss ignores are no error", async () => {
    const step = await compileTrainingStep(createNetwork(mlp([1, 4, 4], 3), { seed: 1 }), {
      batchSize: 2,
      loss: ({ output, labels }) => ops.crossEntropy(output, labels),
    });
    const [images, labels] = [noise(32), Int32Array.of(-100, 2)];
    const alone = await step.run(images.subarray(16), labels.subarray(1));
    expect((await step.run(images, labels)).loss).toBeCloseTo(alone.loss, 5);
    await step.dispose();
  });
});

describe("a model without classes", () => {
  test("an autoencoder needs no target, and its device step equals its step with an updater", async () => {
    const model = defineModel("autoencoder", [1, 4, 4], (scope, images) =>
      ops.reshape(layers.dense(scope, "decoder", layers.dense(scope, "encoder", ops.flatten(images), 3), 16), [
        ...images.shape,
      ]),
    );
    expect({ outputs: model.outputs, classes: model.classes }).toEqual({ outputs: { output: [1, 4, 4] }, classes: 0 });
    const [host, device] = [createNetwork(model, { seed: 1 }), createNetwork(model, { seed: 1 })];
    const options = {
      batchSize: 5,
      loss: ({ output, images }: { output: Tensor; images: Tensor }) => ops.mse(output, images),
      metrics: { error: ({ output, images }: { output: Tensor; images: Tensor }) => ops.mean(ops.sub(output, images)) },
    };
    const step = await compileTrainingStep(host, options);
    const deviceStep = await compileDeviceStep(device, adam({ lr: 0.01 }), { ...options, device: "cpu" });
    const updater = adam({ lr: 0.01 }).bind(host.parameters);
    for (let i = 0; i < 3; i++) {
      const [a, b] = [await step.run(noise(80)), await deviceStep.run(noise(80))];
      updater.step();
      expect(a.loss).toBeCloseTo(b.loss, 5);
      expect(a.metrics.error).toBeCloseTo(b.metrics.error, 5);
    }
    const short = await step.run(noise(16));
    expect(short.loss).toBeGreaterThan(0);
    await Promise.all([step.dispose(), deviceStep.dispose()]);
  });

  test("several outputs are known by name, in the loss, the evaluation, the summary and the file", async () => {
    const network = vae();
    const step = await compileTrainingStep(network, {
      batchSize: 4,
      loss: ({ decoded, images, mean, logVariance }) =>
        ops.add(ops.mse(decoded, images), divergence(mean, logVariance)),
      metrics: { divergence: ({ mean, logVariance }) => divergence(mean, logVariance) },
    });
    const images = noise(24);
    const { loss, metrics } = await step.run(images);
    const evaluation = await compileEvaluation(network, {
      batchSize: 4,
      loss: ({ decoded, images, mean, logVariance }) =>
        ops.add(ops.mse(decoded, images), divergence(mean, logVariance)),
      metrics: { divergence: ({ mean, logVariance }) => divergence(mean, logVariance) },
    });
    const measured = await evaluation.measure(images);
    expect(measured.loss).toBeCloseTo(loss, 5);
    expect(measured.metrics.divergence).toBeCloseTo(metrics.divergence, 5);
    const { decoded, mean, logVariance } = await evaluation.outputs(images);
    expect([decoded.length, mean.length, logVariance.length]).toEqual([24, 12, 12]);
    expect(measured.outputs).toEqual({ decoded, mean, logVariance });
    await expect(evaluation.run(images)).rejects.toThrow(
      "vae: the model has several outputs, decoded, mean, logVariance",
    );
    const file = await openOnnx(await exportOnnx(network, { input: "float32" }), { batchSize: 4 });
    const found = await file.run({ images });
    for (const [name, values] of Object.entries({ decoded, mean, logVariance })) {
      for (const [i, value] of values.entries()) expect(found[name]?.[i], name).toBeCloseTo(value, 5);
    }
    await file.dispose();
    expect(`${summary(network.model)}`).toContain("vae: [1, 6] to decoded [1, 6], mean [1, 3], logVariance [1, 3]");
    await Promise.all([step.dispose(), evaluation.dispose()]);
  });
});

test("an evaluation in several batches averages loss and metrics by the numbers of images", async () => {
  const network = createNetwork(mlp([1, 4, 4], 3), { seed: 1 });
  const metrics = { largest: ({ output }: { output: Tensor }) => ops.mean(ops.max(output, [1])) };
  const whole = await compileEvaluation(network, { batchSize: 5, metrics });
  const parts = await compileEvaluation(network, { batchSize: 2, metrics });
  const [images, labels] = [noise(80), Int32Array.of(0, 1, 2, 1, 0)];
  const [a, b] = [await whole.measure(images, labels), await parts.measure(images, { labels })];
  expect(a.loss).toBeCloseTo(b.loss, 5);
  expect(a.metrics.largest).toBeCloseTo(b.metrics.largest, 5);
  expect(a.correct).toBe(b.correct);
  expect(a.outputs.output).toEqual(await whole.run(images));
  await Promise.all([whole.dispose(), parts.dispose()]);
});

test("a model without classes can be measured by metrics alone", async () => {
  const network = angles();
  const evaluation = await compileEvaluation(network, {
    batchSize: 2,
    targets: { angle: [2] },
    metrics: { error: ({ output, angle }) => ops.mean(ops.abs(ops.sub(output, angle))) },
  });
  const images = noise(48);
  const angle = await evaluation.run(images);
  const { loss, metrics } = await evaluation.measure(images, { angle: angle.map((x) => x + 0.5) });
  expect(loss).toBeNaN();
  expect(metrics.error).toBeCloseTo(0.5, 5);
  await evaluation.dispose();
});
