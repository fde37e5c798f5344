import { expect, test } from "vitest";
import { compileExplanation, createNetwork, defineModel, layers, mlp, ops } from "../src/index.ts";

test("behind a global average, the map is the feature map weighted by the last layer's weights", async () => {
  const model = defineModel("small", [1, 6, 6], 3, (scope, images) =>
    layers.dense(
      scope,
      "fc",
      ops.globalAveragePool(ops.relu(layers.conv2d(scope, "conv", images, 4, { kernel: 3 }))),
      3,
    ),
  );
  const network = createNetwork(model, { seed: 1 });
  const images = Float32Array.from({ length: 2 * 36 }, (_, i) => Math.sin(i * i));
  const explanation = await compileExplanation(network, { batchSize: 2, tune: false });
  const { maps, features, logits } = await explanation.run(images, Int32Array.of(2, 0));
  expect(explanation).toMatchObject({ mapShape: [4, 4], features: 4 });
  const [weight, bias] = ["fc.weight", "fc.bias"].map((name) => network.parameters.value(name)) as [
    Float32Array,
    Float32Array,
  ];
  for (const [image, label] of [2, 0].entries()) {
    const own = features.subarray(4 * image, 4 * image + 4);
    const row = weight.subarray(4 * label, 4 * label + 4);
    const logit = own.reduce((sum, value, k) => sum + value * (row[k] as number), bias[label] as number);
    expect(logits[3 * image + label]).toBeCloseTo(logit, 5);
    // Without its ReLU, the sum of the map is the logit without the bias.
    const positive = (maps as Float32Array)
      .subarray(16 * image, 16 * image + 16)
      .reduce((sum, value) => sum + value, 0);
    expect(positive).toBeGreaterThanOrEqual(logit - (bias[label] as number) - 1e-5);
  }
  const withoutMaps = await compileExplanation(network, { batchSize: 2, tune: false, maps: false });
  expect(withoutMaps.mapShape).toBeNull();
  expect(await withoutMaps.run(images)).toEqual({ logits, features, maps: null });
  await Promise.all([explanation.dispose(), withoutMaps.dispose()]);
});

test("a model without convolutions has features and no map", async () => {
  const network = createNetwork(mlp([1, 6, 6], 3, { hidden: [5] }), { seed: 1 });
  const explanation = await compileExplanation(network, { batchSize: 1, tune: false });
  const { maps, features } = await explanation.run(new Float32Array(36), Int32Array.of(1));
  expect([maps, features.length, explanation.mapShape]).toEqual([null, 5, null]);
  await explanation.dispose();
});
