// Trains an autoencoder to remove noise from images.
// Original: Keras, "Convolutional autoencoder for image denoising", https://keras.io/examples/vision/autoencoder/
// Run it by: node examples/denoising-autoencoder.mjs [--short]
import { compileTrainingStep, createNetwork, defineModel, layers, ops } from "@downhill/graph";
import { createLoader, openDataSet } from "@downhill/images";
import { adam } from "@downhill/optim";

const short = process.argv.includes("--short");
const { train, imageShape } = await openDataSet("sample", short ? { trainLimit: 640, testLimit: 256 } : {});

const model = defineModel("autoencoder", imageShape, (scope, images) => {
  const noisy = ops.add(images, ops.mul(layers.normal(scope, "noise", images.shape), 0.4));
  let x = noisy;
  for (const name of ["conv1", "conv2"]) {
    x = ops.maxPool2d(ops.relu(layers.conv2d(scope, name, x, 32, { kernel: 3, padding: 1 })), { kernel: 2 });
  }
  for (const name of ["up1", "up2"]) {
    const options = { kernel: 3, stride: 2, padding: 1, outputPadding: 1 };
    x = ops.relu(layers.convTranspose2d(scope, name, x, 32, options));
  }
  return { noisy, clean: layers.conv2d(scope, "conv3", x, 1, { kernel: 3, padding: 1 }) };
});

const network = createNetwork(model, { seed: 1 });
const step = await compileTrainingStep(network, {
  batchSize: 128,
  normalization: { mean: [0], std: [1] },
  targets: {},
  loss: ({ clean, images }) => ops.binaryCrossEntropyWithLogits(clean, images),
  metrics: {
    before: ({ noisy, images }) => ops.mse(noisy, images),
    after: ({ clean, images }) => ops.mse(ops.sigmoid(clean), images),
  },
});
const updater = adam({ lr: 1e-3 }).bind(network.parameters);
const loader = createLoader(train, { seed: 1 });

for (let epoch = 0; epoch < (short ? 2 : 20); epoch++) {
  let last;
  for (const { images } of loader.epoch(epoch, 128)) {
    last = await step.run(images, {});
    updater.step();
  }
  const { before, after } = last?.metrics ?? {};
  console.log(`epoch ${epoch + 1}: squared error ${before?.toFixed(3)} with noise, ${after?.toFixed(3)} without`);
}
