// Trains a small convolutional network in a loop of its own, and prints the recall of each class.
// Original: PyTorch, "Training a Classifier", https://pytorch.org/tutorials/beginner/blitz/cifar10_tutorial.html
// Run it by: node examples/training-a-classifier.mjs [--short]
import { compileEvaluation, compileTrainingStep, createNetwork, defineModel, layers, ops } from "@downhill/graph";
import { createLoader, openDataSet } from "@downhill/images";
import { sgd } from "@downhill/optim";
import { evaluate } from "@downhill/train";

const short = process.argv.includes("--short");
const data = await openDataSet("sample", short ? { trainLimit: 640, testLimit: 256 } : {});
const { imageShape, classNames, normalization } = data;

const model = defineModel("net", imageShape, classNames.length, (scope, images) => {
  let x = ops.maxPool2d(ops.relu(layers.conv2d(scope, "conv1", images, 6, { kernel: 5 })), { kernel: 2 });
  x = ops.maxPool2d(ops.relu(layers.conv2d(scope, "conv2", x, 16, { kernel: 5 })), { kernel: 2 });
  x = ops.relu(layers.dense(scope, "fc1", ops.flatten(x), 120));
  x = ops.relu(layers.dense(scope, "fc2", x, 84));
  return layers.dense(scope, "fc3", x, classNames.length);
});

const network = createNetwork(model, { seed: 1 });
const step = await compileTrainingStep(network, { batchSize: 4, normalization });
const updater = sgd({ lr: 0.001, momentum: 0.9 }).bind(network.parameters);
const loader = createLoader(data.train, { seed: 1 });

for (let epoch = 0; epoch < 2; epoch++) {
  let total = 0;
  for (const { images, labels } of loader.epoch(epoch, 4)) {
    const { loss } = await step.run(images, labels);
    updater.step();
    total += loss * labels.length;
  }
  console.log(`epoch ${epoch + 1}: loss ${(total / loader.length).toFixed(3)}`);
}

if (!data.test) throw new Error("the data have no test images");
const inference = await compileEvaluation(network, { batchSize: 100, normalization });
const { accuracy, perClass } = await evaluate(inference, data.test, { batchSize: 100 });
console.log(`accuracy of the network on the test images: ${accuracy.toFixed(3)}`);
for (const [k, name] of classNames.entries()) console.log(`recall of ${name}: ${perClass[k]?.toFixed(2)}`);
