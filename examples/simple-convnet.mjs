// Trains a simple convolutional network. `fit` is the loop.
// Original: Keras, "Simple MNIST convnet", https://keras.io/examples/vision/mnist_convnet/
// Run it by: node examples/simple-convnet.mjs [--short]
import { createNetwork, defineModel, layers, ops, summary } from "@downhill/graph";
import { openDataSet } from "@downhill/images";
import { adam } from "@downhill/optim";
import { fit } from "@downhill/train";

const short = process.argv.includes("--short");
const data = await openDataSet("sample", short ? { trainLimit: 640, testLimit: 256 } : {});

const model = defineModel("convnet", data.imageShape, data.classNames.length, (scope, images) => {
  let x = ops.maxPool2d(ops.relu(layers.conv2d(scope, "conv1", images, 32, { kernel: 3 })), { kernel: 2 });
  x = ops.maxPool2d(ops.relu(layers.conv2d(scope, "conv2", x, 64, { kernel: 3 })), { kernel: 2 });
  x = layers.dropout(scope, "dropout", ops.flatten(x), 0.5);
  return layers.dense(scope, "classifier", x, data.classNames.length);
});
console.log(`${summary(model)}`);

const network = createNetwork(model, { seed: 1 });
const { evaluation } = await fit(network, data, {
  optimizer: adam({ lr: 1e-3 }),
  batchSize: 128,
  epochs: short ? 2 : 15,
});
console.log(`test loss: ${evaluation?.loss.toFixed(3)}`);
console.log(`test accuracy: ${evaluation?.accuracy.toFixed(3)}`);
