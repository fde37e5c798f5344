// Trains a generator of images against a discriminator: two networks, two losses, two optimizers.
// Original: PyTorch, "DCGAN Tutorial", https://pytorch.org/tutorials/beginner/dcgan_faces_tutorial.html
// Run it by: node examples/dcgan.mjs [--short]
import { compileJointStep, constant, createNetwork, defineModel, initializers, layers, ops } from "@downhill/graph";
import { createLoader, openDataSet } from "@downhill/images";
import { adam } from "@downhill/optim";

const short = process.argv.includes("--short");
const { train, imageShape } = await openDataSet("sample", short ? { trainLimit: 640, testLimit: 256 } : {});
const [BATCH, NOISE, WIDTH] = [64, 100, short ? 8 : 32];
const options = { bias: false, initializer: initializers.normal(0.02) };
const half = { ...options, kernel: 4, stride: 2, padding: 1 };

const makesImages = defineModel("generator", [NOISE, 1, 1], (scope, noise) => {
  let x = layers.convTranspose2d(scope, "conv1", noise, 2 * WIDTH, { ...options, kernel: 7 });
  x = layers.convTranspose2d(scope, "conv2", ops.relu(layers.batchNorm(scope, "norm1", x)), WIDTH, half);
  x = layers.convTranspose2d(scope, "conv3", ops.relu(layers.batchNorm(scope, "norm2", x)), 1, half);
  return ops.tanh(x);
});
const tellsFakes = defineModel("discriminator", imageShape, (scope, images) => {
  let x = ops.leakyRelu(layers.conv2d(scope, "conv1", images, WIDTH, half), 0.2);
  x = layers.batchNorm(scope, "norm", layers.conv2d(scope, "conv2", x, 2 * WIDTH, half));
  return ops.flatten(layers.conv2d(scope, "conv3", ops.leakyRelu(x, 0.2), 1, { ...options, kernel: 7 }));
});

const networks = {
  generator: createNetwork(makesImages, { seed: 1 }),
  discriminator: createNetwork(tellsFakes, { seed: 2 }),
};
const step = await compileJointStep(networks, {
  batchSize: BATCH,
  inputs: { images: { shape: imageShape, dtype: "uint8" }, noise: [NOISE, 1, 1] },
  losses: ({ generator, discriminator, images, noise }) => {
    const real = ops.normalizeImages(images, { mean: [0.5], std: [0.5] });
    const fake = generator(noise);
    const [ones, zeros] = [1, 0].map((value) => ops.expand(constant(value), [images.shape[0], 1]));
    return {
      discriminator: ops.add(
        ops.binaryCrossEntropyWithLogits(discriminator(real), ones),
        ops.binaryCrossEntropyWithLogits(discriminator(ops.stopGradient(fake)), zeros),
      ),
      generator: ops.binaryCrossEntropyWithLogits(discriminator(fake), ones),
    };
  },
});
const optimizer = adam({ lr: 2e-4, beta1: 0.5 });
const updaters = [optimizer.bind(networks.generator.parameters), optimizer.bind(networks.discriminator.parameters)];
const loader = createLoader(train, { seed: 1 });

for (let epoch = 0; epoch < (short ? 2 : 20); epoch++) {
  let last;
  for (const { images, labels } of loader.epoch(epoch, BATCH)) {
    const noise = initializers.normal(1)([labels.length, NOISE], updaters[0].steps, "noise");
    last = await step.run({ images, noise });
    for (const updater of updaters) updater.step();
  }
  console.log(
    `epoch ${epoch + 1}: discriminator ${last?.losses.discriminator.toFixed(3)}, generator ${last?.losses.generator.toFixed(3)}`,
  );
}
