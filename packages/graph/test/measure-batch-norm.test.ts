import { exponentialMovingAverage, sgd } from "@downhill/optim";
import { randomAt, randomKey } from "@downhill/optim/random";
import { expect, test } from "vitest";
import {
  compile,
  compileTrainingStep,
  createNetwork,
  defineModel,
  exportOnnx,
  input,
  layers,
  measureBatchNorm,
  mlp,
  openOnnx,
  ops,
  prepareBatchNormMeasurement,
  resnet,
  trainingGraph,
} from "../src/index.ts";
import golden from "./fixtures/batch-norm.json" with { type: "json" };

/** Returns the numbers from -1 to 1 that the fixture's script uses. */
const numbers = (count: number, name: string): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => 2 * randomAt(i, randomKey(1, 0, name), 0) - 1);

/** Model with a batch norm that is applied twice, as in the fixture. */
const twice = defineModel("twice", [3, 5, 5], 3, (scope, images) => {
  const first = ops.relu(layers.batchNorm(scope, "bn", images));
  const conv = layers.conv2d(scope, "conv", first, 3, { kernel: 3, padding: 1, bias: false });
  return ops.globalAveragePool(layers.batchNorm(scope, "bn", conv));
});

function twiceNetwork() {
  const network = createNetwork(twice);
  network.parameters.setValue("conv.weight", numbers(81, "conv.weight"));
  const batches = golden.sizes.map((size, i) => numbers(size * 75, `images ${i}`).map((x) => 3 * x + 1));
  return { network, batches };
}

type Statistics = { readonly mean: readonly number[]; readonly variance: readonly number[] };

function expectStatistics(buffers: Readonly<Record<string, Float32Array>>, { mean, variance }: Statistics): void {
  for (const [name, expected] of [["bn.running_mean", mean] as const, ["bn.running_var", variance] as const]) {
    for (const [i, value] of expected.entries()) expect(buffers[name]?.[i], `${name} ${i}`).toBeCloseTo(value, 5);
  }
}

test("a batch norm that is applied twice updates its statistics twice, as PyTorch", async () => {
  const { network, batches } = twiceNetwork();
  const step = await compileTrainingStep(network, { batchSize: 4 });
  for (const [i, expected] of golden.trained.entries()) {
    await step.run(batches[i] as Float32Array, Int32Array.of(0, 1, 2, 0));
    expectStatistics(network.buffers, expected);
  }
  await step.dispose();
});

test("a dropout that is applied twice draws two masks", async () => {
  const model = defineModel("drops", [1, 8, 8], 64, (scope, images) => {
    const ones = ops.add(ops.mul(ops.reshape(images, [images.shape[0] as number, 64]), 0), 1);
    const first = layers.dropout(scope, "drop", ones, 0.5);
    return ops.sub(first, layers.dropout(scope, "drop", ones, 0.5));
  });
  const { logits } = model.apply(input("images", [1, 1, 8, 8]), { training: true });
  const program = await compile({ logits });
  const { logits: difference } = await program.run({ images: new Float32Array(64), step: 3 });
  expect(difference?.some((x) => x !== 0)).toBe(true);
  await program.dispose();
});

test("measured statistics equal those of update_bn, from arrays, batches and streams", async () => {
  const { network, batches } = twiceNetwork();
  async function* stream() {
    for (const images of batches) yield { images, labels: new Int32Array(0) };
  }
  for (const source of [batches, batches.map((images) => ({ images })), stream()]) {
    network.buffers["bn.running_mean"]?.fill(7);
    await measureBatchNorm(network, source);
    expectStatistics(network.buffers, golden.measured);
  }
  const measurement = prepareBatchNormMeasurement(network);
  const before = network.buffers["bn.running_var"]?.slice();
  network.parameters.value("conv.weight").fill(0.5);
  const measured = await measurement.run(batches);
  expect(measured["bn.running_var"]).not.toEqual(before);
  expect(network.buffers["bn.running_var"]).toEqual(before);
  await measurement.dispose();
});

test("problems leave the buffers unchanged, and models without batch norm need no batch", async () => {
  const { network, batches } = twiceNetwork();
  const before = structuredClone(network.buffers);
  await expect(measureBatchNorm(network, [])).rejects.toThrow("twice: there are no batches. Expected at least one");
  await expect(measureBatchNorm(network, [...batches, new Float32Array(10)])).rejects.toThrow(
    "Expected a multiple of 75",
  );
  expect(network.buffers).toEqual(before);
  await measureBatchNorm(createNetwork(mlp([1, 2, 2], 2, { hidden: [4] })), []);
});

test("channels that count as constant keep their running variance", async () => {
  const model = defineModel("constant", [2, 2, 2], 2, (scope, images) =>
    ops.globalAveragePool(layers.batchNorm(scope, "bn", images, { minVariance: 1e-6 })),
  );
  const network = createNetwork(model);
  network.buffers["bn.running_var"]?.set([5, 5]);
  await measureBatchNorm(network, [Float32Array.of(1, 1, 1, 1, 1, 2, 3, 4, 1, 1, 1, 1, 5, 6, 7, 8)]);
  expect(network.buffers["bn.running_mean"]).toEqual(Float32Array.of(1, 4.5));
  expect(network.buffers["bn.running_var"]?.[0]).toBe(5);
  expect(network.buffers["bn.running_var"]?.[1]).toBeCloseTo(6, 5);
});

test("an average with measured statistics exports the model that was evaluated, and training continues", async () => {
  const network = createNetwork(resnet([1, 8, 8], 2, { depth: 8, width: 4 }), { seed: 1 });
  const images = Uint8Array.from(
    { length: 16 * 64 },
    (_, i) => 80 + 60 * Math.sin(i * i) + 90 * (Math.floor(i / 64) % 2),
  );
  const normalization = { mean: [0.4], std: [0.3] };
  const labels = Int32Array.from({ length: 16 }, (_, i) => i % 2);
  const updater = exponentialMovingAverage(sgd({ lr: 0.2 }), { averageDecay: 0.9 }).bind(network.parameters);
  const step = await compileTrainingStep(network, { batchSize: 16, normalization });
  for (let i = 0; i < 8; i++) {
    await step.run(images, labels);
    updater.step();
  }
  const outputs = { loss: trainingGraph(network.model, 16, { normalization }).loss as never };
  const lossInTraining = await compile(outputs);
  const [file, evaluated] = await updater.withEvaluationWeights(async () => {
    await measureBatchNorm(network, [images], { normalization });
    const values = Object.fromEntries(network.parameters.names.map((name) => [name, network.parameters.value(name)]));
    const feeds: Record<string, unknown> = { ...values, ...network.buffers, images, labels };
    const known = lossInTraining.inputs.map(({ name }) => [name, feeds[name] as Float32Array] as const);
    const { loss } = await lossInTraining.run(Object.fromEntries(known));
    return [await exportOnnx(network, { classNames: ["a", "b"], normalization }), loss?.[0] as number];
  });
  const onnx = await openOnnx(file, { batchSize: 16 });
  const logits = (await onnx.run({ images })) as unknown as { logits: Float32Array };
  let loss = 0;
  for (let i = 0; i < 16; i++) {
    const [own, other] = [logits.logits[2 * i + (i % 2)], logits.logits[2 * i + 1 - (i % 2)]] as [number, number];
    loss += Math.log1p(Math.exp(other - own)) / 16;
  }
  // One batch of all images has the statistics of the whole set, but for the unbiased variance.
  expect(loss).toBeCloseTo(evaluated, 2);
  await step.dispose();
  await lossInTraining.dispose();
  await onnx.dispose();
});
