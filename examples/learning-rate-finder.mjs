// Finds the learning rate by a range test, draws its curve, and trains with the suggestion.
// Original: davidtvs/pytorch-lr-finder, "lrfinder_mnist.ipynb", https://github.com/davidtvs/pytorch-lr-finder
// Run it by: node examples/learning-rate-finder.mjs [--short]
import { createNetwork, defineModel, layers, ops } from "@downhill/graph";
import { openDataSet } from "@downhill/images";
import { sgd } from "@downhill/optim";
import { finderInWords, findLearningRate, train } from "@downhill/train";

const short = process.argv.includes("--short");
const data = await openDataSet("sample", short ? { trainLimit: 640, testLimit: 256 } : {});

const model = defineModel("net", data.imageShape, data.classNames.length, (scope, images) => {
  let x = ops.relu(ops.maxPool2d(layers.conv2d(scope, "conv1", images, 10, { kernel: 5 }), { kernel: 2 }));
  x = layers.dropout(scope, "dropout1", layers.conv2d(scope, "conv2", x, 20, { kernel: 5 }), 0.5);
  x = ops.flatten(ops.relu(ops.maxPool2d(x, { kernel: 2 })));
  x = layers.dropout(scope, "dropout2", ops.relu(layers.dense(scope, "fc1", x, 50)), 0.5);
  return layers.dense(scope, "fc2", x, data.classNames.length);
});

const network = createNetwork(model, { seed: 1 });
const settings = { network, data, batchSize: 64, seed: 1 };
const found = await findLearningRate({
  ...settings,
  optimizer: sgd({ lr: 1, momentum: 0.5 }),
  steps: short ? 60 : 400,
});
console.log(finderInWords(found));

const lr = found.chosen?.lr ?? 0.01;
const { evaluation } = await train({ ...settings, optimizer: sgd({ lr, momentum: 0.5 }), epochs: short ? 1 : 5 });
console.log(`test accuracy: ${evaluation?.accuracy.toFixed(3)}`);
