// Trains LeNet on MNIST, or Fashion-MNIST, with nothing but graph and optim: node examples/lenet-mnist.mjs FOLDER [EPOCHS]
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { compileEvaluation, compileTrainingStep, createNetwork, lenet } from "@downhill/graph";
import { oneCycle, sgd } from "@downhill/optim";

const [folder = ".", epochs = 1] = process.argv.slice(2);
const files = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
const read = async (file) => {
  const bytes = gunzipSync(await readFile(`${folder}/${file}-ubyte.gz`));
  if (bytes.readUIntBE(0, 3) !== 8) throw new Error(`${file} has no bytes in IDX's format`);
  return bytes.subarray(4 + 4 * bytes[3]);
};
const [images, labels, testImages, testLabels] = await Promise.all(files.map(read)).catch(({ message }) => {
  console.error(`${folder} has not MNIST's files, ${files.join(", ")}, each named -ubyte.gz: ${message}`);
  process.exit(1);
});
const options = { batchSize: 64, threads: 2, normalization: { mean: [0.1307], std: [0.3081] } };
const network = createNetwork(lenet([1, 28, 28], 10), { seed: 1 });
const [step, evaluation] = [await compileTrainingStep(network, options), await compileEvaluation(network, options)];
const steps = epochs * Math.floor(labels.length / 64);
const updater = sgd({ lr: oneCycle({ maxLr: 0.05, totalSteps: steps }), momentum: 0.9 }).bind(network.parameters);
for (let i = 0; i < steps; i++) {
  const from = (i * 64) % (labels.length - 63);
  await step.run(images.subarray(from * 784, (from + 64) * 784), Int32Array.from(labels.subarray(from, from + 64)));
  updater.step();
}
const logits = await evaluation.run(testImages);
const right = testLabels.filter((k, i) => logits[10 * i + k] === Math.max(...logits.subarray(10 * i, 10 * i + 10)));
console.log(`test accuracy ${right.length / testLabels.length}`);
