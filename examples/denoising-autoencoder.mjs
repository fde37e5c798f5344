// Trains an autoencoder to remove noise from images.
// Original: Keras, "Convolutional autoencoder for image denoising", https://keras.io/examples/vision/autoencoder/
// Run it by: node examples/denoising-autoencoder.mjs [--short]
import { compileTrainingStep, createNetwork, defineModel, initializers, layers, ops } from "@downhill/graph";
import { createLoader, openDataSet } from "@downhill/images";
import { adam } from "@downhill/optim";

const short = process.argv.includes("--short");
const { train, imageShape } = await openDataSet("sample", short ? { trainLimit: 640, testLimit: 256 } : {});
const WIDTH = short ? 16 : 32;

const model = defineModel("autoencoder", imageShape, (scope, images) => {
  let x = images;
  for (const name of ["conv1", "conv2"]) {
    x = ops.maxPool2d(ops.relu(layers.conv2d(scope, name, x, WIDTH, { kernel: 3, padding: 1 })), { kernel: 2 });
  }
  for (const name of ["up1", "up2"]) {
    const options = { kernel: 3, stride: 2, padding: 1, outputPadding: 1 };
    x = ops.relu(layers.convTranspose2d(scope, name, x, WIDTH, options));
  }
  return layers.conv2d(scope, "conv3", x, 1, { kernel: 3, padding: 1 });
});

const network = createNetwork(model, { seed: 1 });
const step = await compileTrainingStep(network, {
  batchSize: 64,
  targets: { clean: imageShape },
  loss: ({ output, clean }) => ops.binaryCrossEntropyWithLogits(output, clean),
  metrics: {
    before: ({ images, clean }) => ops.mse(images, clean),
    after: ({ output, clean }) => ops.mse(ops.sigmoid(output), clean),
  },
});
const updater = adam({ lr: 1e-3 }).bind(network.parameters);
const loader = createLoader(train, { seed: 1 });
const noise = initializers.normal(0.4);

for (let epoch = 0; epoch < (short ? 2 : 20); epoch++) {
  let last;
  for (const { images } of loader.epoch(epoch, 64)) {
    const clean = Float32Array.from(images, (pixel) => pixel / 255);
    const added = noise([clean.length], updater.steps, "noise");
    last = await step.run(
      clean.map((value, i) => value + added[i]),
      { clean },
    );
    updater.step();
  }
  const { before, after } = last?.metrics ?? {};
  console.log(`epoch ${epoch + 1}: squared error ${before?.toFixed(3)} with noise, ${after?.toFixed(3)} without`);
}
