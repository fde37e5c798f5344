// Trains a variational autoencoder, and draws a new image.
// Original: PyTorch, "Basic VAE Example", https://github.com/pytorch/examples/tree/main/vae
// Run it by: node examples/variational-autoencoder.mjs [--short]
import {
  compileEvaluation,
  compileJointStep,
  createNetwork,
  defineModel,
  initializers,
  layers,
  ops,
} from "@downhill/graph";
import { createLoader, openDataSet } from "@downhill/images";
import { adam } from "@downhill/optim";

const short = process.argv.includes("--short");
const { train, imageShape } = await openDataSet("sample", short ? { trainLimit: 640, testLimit: 256 } : {});

const encoding = defineModel("encoder", imageShape, (scope, images) => {
  const hidden = ops.relu(layers.dense(scope, "fc1", ops.flatten(images), 400));
  return { mean: layers.dense(scope, "fc21", hidden, 20), logVariance: layers.dense(scope, "fc22", hidden, 20) };
});
const decoding = defineModel("decoder", [20], (scope, z) =>
  layers.dense(scope, "fc4", ops.relu(layers.dense(scope, "fc3", z, 400)), 784),
);

const networks = { encoder: createNetwork(encoding, { seed: 1 }), decoder: createNetwork(decoding, { seed: 2 }) };
const step = await compileJointStep(networks, {
  batchSize: 128,
  inputs: { images: { shape: imageShape, dtype: "uint8" }, noise: [20] },
  losses: ({ encoder, decoder, images, noise }) => {
    const pixels = ops.normalizeImages(images); // from 0 to 1
    const { mean, logVariance } = encoder(pixels);
    const logits = decoder(ops.add(mean, ops.mul(noise, ops.exp(ops.mul(logVariance, 0.5)))));
    const reconstruction = ops.binaryCrossEntropyWithLogits(logits, ops.flatten(pixels), { reduction: "sum" });
    // Appendix B of https://arxiv.org/abs/1312.6114
    const spread = ops.sub(ops.add(logVariance, 1), ops.add(ops.square(mean), ops.exp(logVariance)));
    const loss = ops.sub(reconstruction, ops.mul(ops.sum(spread), 0.5));
    return { encoder: loss, decoder: loss };
  },
});
const optimizer = adam({ lr: 1e-3 });
const updaters = [optimizer.bind(networks.encoder.parameters), optimizer.bind(networks.decoder.parameters)];
const loader = createLoader(train, { seed: 1 });
const normal = initializers.normal(1);

for (let epoch = 0; epoch < (short ? 4 : 10); epoch++) {
  let total = 0;
  for (const { images, labels } of loader.epoch(epoch, 128)) {
    const noise = normal([labels.length, 20], updaters[0].steps, "noise");
    total += (await step.run({ images, noise })).losses.decoder;
    for (const updater of updaters) updater.step();
  }
  console.log(`epoch ${epoch + 1}: average loss ${(total / loader.length).toFixed(1)}`);
}

const decoder = await compileEvaluation(networks.decoder, { batchSize: 1 });
const logits = await decoder.run(normal([20], 1, "sample"));
const marks = Array.from(logits, (logit) => " .:*#"[Math.floor(5 / (1 + Math.exp(-logit)))]);
for (let row = 0; row < 28; row++) console.log(marks.slice(28 * row, 28 * row + 28).join(""));
