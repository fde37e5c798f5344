// Trains an embedding in which images of one class are close to each other, with a triplet loss.
// Original: Keras, "Image similarity estimation using a Siamese Network with a triplet loss",
// https://keras.io/examples/vision/siamese_network/
// Run it by: node examples/triplet-loss.mjs [--short]
import { compileTrainingStep, createNetwork, defineModel, layers, ops } from "@downhill/graph";
import { createLoader, openDataSet } from "@downhill/images";
import { adam } from "@downhill/optim";

const short = process.argv.includes("--short");
const { train, imageShape, normalization } = await openDataSet(
  "sample",
  short ? { trainLimit: 640, testLimit: 256 } : {},
);

const embedding = defineModel("embedding", imageShape, (scope, images) => {
  let x = ops.maxPool2d(ops.relu(layers.conv2d(scope, "conv1", images, 16, { kernel: 5 })), { kernel: 2 });
  x = ops.maxPool2d(ops.relu(layers.conv2d(scope, "conv2", x, 32, { kernel: 5 })), { kernel: 2 });
  return layers.dense(scope, "out", ops.relu(layers.dense(scope, "hidden", ops.flatten(x), 128)), 64);
});

const network = createNetwork(embedding, { seed: 1 });
const step = await compileTrainingStep(network, {
  batchSize: 64,
  normalization,
  targets: { positive: { shape: [], dtype: "int32" }, negative: { shape: [], dtype: "int32" } },
  loss: ({ output, positive, negative }) =>
    ops.tripletMargin(output, ops.gather(output, positive), ops.gather(output, negative), { margin: 0.5 }),
  metrics: {
    positive: ({ output, positive }) => ops.mse(output, ops.gather(output, positive)),
    negative: ({ output, negative }) => ops.mse(output, ops.gather(output, negative)),
  },
});
const updater = adam({ lr: 1e-3 }).bind(network.parameters);
const loader = createLoader(train, { seed: 1 });

/**
 * Returns for each image of a batch the index of another one of the same class, or of another class.
 * @param {Int32Array} labels
 * @param {boolean} same
 */
const partners = (labels, same) =>
  labels.map((label, i) => {
    const partner = labels.findIndex((other, j) => j !== i && (other === label) === same);
    return partner < 0 ? i : partner;
  });

for (let epoch = 0; epoch < (short ? 2 : 10); epoch++) {
  let last;
  for (const { images, labels } of loader.epoch(epoch, 64)) {
    last = await step.run(images, { positive: partners(labels, true), negative: partners(labels, false) });
    updater.step();
  }
  const { positive, negative } = last?.metrics ?? {};
  console.log(`epoch ${epoch + 1}: distance ${positive?.toFixed(3)} within a class, ${negative?.toFixed(3)} between`);
}
