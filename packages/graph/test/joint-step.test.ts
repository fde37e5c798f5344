import { adam } from "@downhill/optim";
import { describe, expect, test } from "vitest";
import {
  compileEvaluation,
  compileJointStep,
  compileTrainingStep,
  createNetwork,
  defineModel,
  layers,
  ops,
  type Tensor,
} from "../src/index.ts";

const noise = (count: number, seed = 1): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed * 17 + i * i * 0.37));

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, what = ""): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(found[i], `${what} ${i}`).toBeCloseTo(expected[i] as number, 5);
}

const softplusMean = (x: Tensor): Tensor => ops.mean(ops.softplus(x));

describe("a GAN", () => {
  const make = () => ({
    generator: createNetwork(
      defineModel("generator", [3], (scope, z) =>
        layers.dense(scope, "out", ops.tanh(layers.dense(scope, "in", z, 4)), 5),
      ),
      { seed: 1 },
    ),
    discriminator: createNetwork(
      defineModel("discriminator", [5], (scope, x) =>
        layers.dense(scope, "out", ops.tanh(layers.dense(scope, "in", x, 6)), 1),
      ),
      { seed: 2 },
    ),
  });

  test("each loss trains its own network, and forward passes are shared", async () => {
    const { generator, discriminator } = make();
    const step = await compileJointStep(
      { generator, discriminator },
      {
        batchSize: 4,
        inputs: { images: [5], noise: [3] },
        losses: ({ generator, discriminator, images, noise }) => {
          const fake = discriminator(generator(noise));
          return {
            discriminator: ops.add(softplusMean(ops.neg(discriminator(images))), softplusMean(fake)),
            generator: softplusMean(ops.neg(fake)),
          };
        },
        metrics: { score: ({ generator, discriminator, noise }) => ops.mean(discriminator(generator(noise))) },
      },
    );
    const [images, z] = [noise(20), noise(12, 2)];
    const { losses, metrics } = await step.run({ images, noise: z });

    // The discriminator alone, on images made beforehand.
    const evaluation = await compileEvaluation(generator, { batchSize: 4 });
    const fakes = await evaluation.run(z);
    const twin = make().discriminator;
    const alone = await compileTrainingStep(twin, {
      batchSize: 8,
      targets: { sign: [1], share: [1] },
      loss: ({ output, sign, share }) => ops.mean(ops.mul(ops.softplus(ops.mul(output, sign)), share)),
      metrics: { score: ({ output, share }) => ops.mean(ops.mul(output, share)) },
    });
    const both = Float32Array.of(...images, ...fakes);
    const sign = Float32Array.from({ length: 8 }, (_, i) => (i < 4 ? -1 : 1));
    const expected = await alone.run(both, { sign, share: new Float32Array(8).fill(2) });
    expect(losses.discriminator).toBeCloseTo(expected.loss, 5);
    expectClose(discriminator.parameters.gradients, twin.parameters.gradients, "discriminator");
    const ofFakes = await alone.run(both, { sign, share: sign.map((s) => s + 1) });
    expect(metrics.score).toBeCloseTo(ofFakes.metrics.score, 5);

    // The gradient of the generator, by finite differences.
    const weight = generator.parameters.value("in.weight");
    const gradient = generator.parameters.gradient("in.weight").slice();
    for (const i of [0, 5, 11]) {
      const [before, h] = [weight[i] as number, 1e-2];
      weight[i] = before + h;
      const above = (await step.run({ images, noise: z })).losses.generator;
      weight[i] = before - h;
      const below = (await step.run({ images, noise: z })).losses.generator;
      weight[i] = before;
      expect(gradient[i]).toBeCloseTo((above - below) / (2 * h), 3);
    }
    // A short batch has its own program.
    expect((await step.run({ images: noise(5), noise: noise(3) })).losses.generator).toBeGreaterThan(0);
    await Promise.all([step.dispose(), evaluation.dispose(), alone.dispose()]);
  });

  test("two optimizers in turns, with a step for each loss: each lowers its own and leaves the other network", async () => {
    const networks = make();
    const inputs = { images: [5], noise: [3] };
    const ofDiscriminator = await compileJointStep(networks, {
      batchSize: 4,
      inputs,
      losses: ({ generator, discriminator, images, noise }) => ({
        discriminator: ops.add(
          softplusMean(ops.neg(discriminator(images))),
          softplusMean(discriminator(generator(noise))),
        ),
      }),
      training: { generator: true },
    });
    const ofGenerator = await compileJointStep(networks, {
      batchSize: 4,
      inputs: { noise: [3] },
      losses: ({ generator, discriminator, noise }) => ({
        generator: softplusMean(ops.neg(discriminator(generator(noise)))),
      }),
    });
    const { generator, discriminator } = networks;
    const updaters = {
      generator: adam({ lr: 1e-2 }).bind(generator.parameters),
      discriminator: adam({ lr: 1e-2 }).bind(discriminator.parameters),
    };
    const batch = { images: noise(20), noise: noise(12) };
    generator.parameters.gradients.fill(9);
    const d = await ofDiscriminator.run(batch);
    expect(generator.parameters.gradients.every((gradient) => gradient === 9)).toBe(true);
    updaters.discriminator.step();
    expect((await ofDiscriminator.run(batch)).losses.discriminator).toBeLessThan(d.losses.discriminator);
    const gradients = discriminator.parameters.gradients.slice();
    const g = await ofGenerator.run({ noise: batch.noise });
    expect(discriminator.parameters.gradients).toEqual(gradients);
    updaters.generator.step();
    expect((await ofGenerator.run({ noise: batch.noise })).losses.generator).toBeLessThan(g.losses.generator);
    await Promise.all([ofDiscriminator.dispose(), ofGenerator.dispose()]);
  });
});

test("a siamese network: three applications share weights, and batch norm chains its statistics", async () => {
  const embed = (scope: Parameters<Parameters<typeof defineModel>[2]>[0], x: Tensor): Tensor =>
    layers.dense(scope, "out", ops.relu(layers.batchNorm(scope, "bn", layers.dense(scope, "in", x, 6))), 3);
  const triplet = (a: Tensor, p: Tensor, n: Tensor): Tensor =>
    ops.mean(
      ops.relu(ops.add(1, ops.sub(ops.sum(ops.square(ops.sub(a, p)), [1]), ops.sum(ops.square(ops.sub(a, n)), [1])))),
    );
  const network = createNetwork(defineModel("embedding", [4], embed), { seed: 1 });
  const step = await compileJointStep(
    { network },
    {
      batchSize: 5,
      inputs: { anchor: [4], positive: [4], negative: [4] },
      losses: ({ network, anchor, positive, negative }) => ({
        network: triplet(network(anchor), network(positive), network(negative)),
      }),
    },
  );
  const whole = createNetwork(
    defineModel("triplets", [3, 4], (scope, images) => {
      const part = (i: number): Tensor =>
        embed(
          scope,
          ops.reshape(ops.slice(images, { starts: [0, i, 0], ends: [images.shape[0] as number, i + 1, 4] }), [
            images.shape[0] as number,
            4,
          ]),
        );
      return { anchor: part(0), positive: part(1), negative: part(2) };
    }),
    { seed: 1 },
  );
  const twin = await compileTrainingStep(whole, {
    batchSize: 5,
    loss: ({ anchor, positive, negative }) => triplet(anchor, positive, negative),
  });
  const parts = [1, 2, 3].map((seed) => noise(20, seed)) as [Float32Array, Float32Array, Float32Array];
  const images = new Float32Array(60);
  for (const [k, part] of parts.entries()) {
    for (let i = 0; i < 5; i++) images.set(part.subarray(4 * i, 4 * i + 4), 12 * i + 4 * k);
  }
  for (let i = 0; i < 2; i++) {
    const { losses } = await step.run({ anchor: parts[0], positive: parts[1], negative: parts[2] });
    expect(losses.network).toBeCloseTo((await twin.run(images)).loss, 5);
  }
  expectClose(network.parameters.gradients, whole.parameters.gradients);
  for (const [name, values] of Object.entries(whole.buffers)) expectClose(network.buffers[name] ?? [], values, name);
  await Promise.all([step.dispose(), twin.dispose()]);
});

test("distillation: the teacher is in inference mode and stays unchanged, and dropout draws other masks in each step", async () => {
  const classifier = (width: number, drops: number) =>
    defineModel(`width ${width}`, [4], 3, (scope, x) => {
      const hidden = ops.relu(layers.batchNorm(scope, "bn", layers.dense(scope, "in", x, width)));
      return layers.dense(scope, "out", layers.dropout(scope, "dropout", hidden, drops), 3);
    });
  const [student, twin] = [0, 1].map(() => createNetwork(classifier(4, 0.5), { seed: 1 })) as [
    ReturnType<typeof createNetwork<"output">>,
    ReturnType<typeof createNetwork<"output">>,
  ];
  const teacher = createNetwork(classifier(8, 0.5), { seed: 2 });
  teacher.parameters.gradients.fill(9);
  teacher.buffers["bn.running_mean"]?.fill(0.3);
  const before = structuredClone([teacher.parameters.values, teacher.parameters.gradients, teacher.buffers]);
  const loss = (logits: Tensor, taught: Tensor, labels: Tensor): Tensor =>
    ops.add(ops.crossEntropy(logits, labels), ops.mse(ops.softmax(logits), ops.softmax(taught)));
  const step = await compileJointStep(
    { student, teacher },
    {
      batchSize: 5,
      inputs: { images: [4], labels: { shape: [], dtype: "int32" } },
      losses: ({ student, teacher, images, labels }) => ({ student: loss(student(images), teacher(images), labels) }),
      trains: { student: /^(in|bn|out)\./ },
    },
  );
  const evaluation = await compileEvaluation(teacher, { batchSize: 5 });
  const alone = await compileTrainingStep(twin, {
    batchSize: 5,
    targets: { labels: { shape: [], dtype: "int32" }, taught: [3] },
    loss: ({ output, taught, labels }) => loss(output, taught, labels),
  });
  const [images, labels] = [noise(20), Int32Array.of(0, 2, 1, 1, 0)];
  const taught = await evaluation.run(images);
  const found: number[] = [];
  for (let i = 0; i < 2; i++) {
    const { losses } = await step.run({ images, labels }, { step: i });
    expect(losses.student).toBeCloseTo((await alone.run(images, { labels, taught }, { step: i })).loss, 5);
    found.push(losses.student);
  }
  expect(found[0]).not.toBe(found[1]);
  expectClose(student.parameters.gradients, twin.parameters.gradients);
  expectClose(student.buffers["bn.running_mean"] ?? [], twin.buffers["bn.running_mean"] ?? []);
  expect([teacher.parameters.values, teacher.parameters.gradients, teacher.buffers]).toEqual(before);
  // Batch norm of a teacher works for a single image too; that of the student needs a variance.
  const single = { images: noise(4), labels: Int32Array.of(1) };
  await expect(step.run(single, { step: 2 })).rejects.toThrow("batchNorm: x [1, 4] has one value per channel");
  const untrained = await compileJointStep(
    { student: createNetwork(defineModel("linear", [4], (scope, x) => layers.dense(scope, "fc", x, 3))), teacher },
    {
      batchSize: 1,
      inputs: { images: [4] },
      losses: ({ student, teacher, images }) => ({ student: ops.mse(student(images), teacher(images)) }),
    },
  );
  expect((await untrained.run({ images: single.images })).losses.student).toBeGreaterThan(0);
  await untrained.dispose();
  await expect(step.run({ images, labels })).rejects.toThrow("joint step: step = undefined. Expected a whole number");
  await Promise.all([step.dispose(), evaluation.dispose(), alone.dispose()]);
});
