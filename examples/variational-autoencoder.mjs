// Trains a variational autoencoder, and draws new images.
// Original: PyTorch, "Basic VAE Example", https://github.com/pytorch/examples/tree/main/vae
// Run it by: node examples/variational-autoencoder.mjs [--short]
import { compileTrainingStep, createNetwork, defineModel, layers, ops } from "@downhill/graph";
import { createLoader, openDataSet } from "@downhill/images";
import { adam } from "@downhill/optim";

const short = process.argv.includes("--short");
const { train, imageShape } = await openDataSet("sample", short ? { trainLimit: 640, testLimit: 256 } : {});

const vae = defineModel("vae", imageShape, (scope, images) => {
  const hidden = ops.relu(layers.dense(scope, "fc1", ops.flatten(images), 400));
  const mean = layers.dense(scope, "fc21", hidden, 20);
  const logVariance = layers.dense(scope, "fc22", hidden, 20);
  const deviation = ops.exp(ops.mul(logVariance, 0.5));
  const z = ops.add(mean, ops.mul(layers.normal(scope, "noise", mean.shape), deviation));
  const logits = layers.dense(scope, "fc4", ops.relu(layers.dense(scope, "fc3", z, 400)), 784);
  return { logits, mean, logVariance };
});

const network = createNetwork(vae, { seed: 1 });
const step = await compileTrainingStep(network, {
  batchSize: 128,
  normalization: { mean: [0], std: [1] },
  targets: {},
  // Appendix B of https://arxiv.org/abs/1312.6114
  loss: ({ logits, mean, logVariance, images }) => {
    const reconstruction = ops.binaryCrossEntropyWithLogits(logits, ops.flatten(images), { reduction: "sum" });
    const spread = ops.sub(ops.add(logVariance, 1), ops.add(ops.square(mean), ops.exp(logVariance)));
    return ops.sub(reconstruction, ops.mul(ops.sum(spread), 0.5));
  },
});
const updater = adam({ lr: 1e-3 }).bind(network.parameters);
const loader = createLoader(train, { seed: 1 });

for (let epoch = 0; epoch < (short ? 2 : 10); epoch++) {
  let total = 0;
  for (const { images } of loader.epoch(epoch, 128)) {
    total += (await step.run(images, {})).loss;
    updater.step();
  }
  console.log(`epoch ${epoch + 1}: average loss ${(total / loader.length).toFixed(1)}`);
}
