// Trains LeNet on MNIST, or Fashion-MNIST, with nothing but graph and optim: node examples/lenet-mnist.mjs FOLDER [EPOCHS]
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { compile, compileTrainingStep, createNetwork, input, lenet } from "@downhill/graph";
import { oneCycle, sgd } from "@downhill/optim";

const [folder, epochs = 1] = process.argv.slice(2);
const read = (name, header) => gunzipSync(readFileSync(`${folder}/${name}-ubyte.gz`)).subarray(header);
const load = (part) => ({
  images: Float32Array.from(read(`${part}-images-idx3`, 16), (byte) => byte / 255),
  labels: Int32Array.from(read(`${part}-labels-idx1`, 8)),
});
const [train, test] = [load("train"), load("t10k")];

const batchSize = 64;
const network = createNetwork(lenet([1, 28, 28], 10), { seed: 1 });
const steps = Math.floor(train.labels.length / batchSize);
const lr = oneCycle({ maxLr: 0.1, totalSteps: steps * epochs });
const updater = sgd({ lr, momentum: 0.9, nesterov: true, weightDecay: 5e-4 }).bind(network.parameters);
const step = await compileTrainingStep(network, { batchSize, threads: 2 });
for (let epoch = 0; epoch < epochs; epoch++) {
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const [from, to] = [i * batchSize, (i + 1) * batchSize];
    const { loss } = await step.run(train.images.subarray(from * 784, to * 784), train.labels.subarray(from, to));
    sum += loss;
    updater.step();
  }
  console.log(`epoch ${epoch + 1}: loss ${(sum / steps).toFixed(3)}`);
}

const count = test.labels.length;
const program = await compile({ logits: network.model.apply(input("images", [count, 1, 28, 28])).logits });
const weights = Object.fromEntries(network.parameters.names.map((name) => [name, network.parameters.value(name)]));
const { logits } = await program.run({ images: test.images, ...weights });
const best = (i) => logits.subarray(i * 10, i * 10 + 10).reduce((b, value, k, row) => (value > row[b] ? k : b), 0);
console.log(`test accuracy ${test.labels.reduce((right, label, i) => right + (best(i) === label), 0) / count}`);
