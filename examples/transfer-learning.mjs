// Trains a new last layer on a frozen, pretrained body, and then fine-tunes all layers.
// Original: PyTorch, "Transfer Learning for Computer Vision Tutorial",
// https://pytorch.org/tutorials/beginner/transfer_learning_tutorial.html
// Run it by: node examples/transfer-learning.mjs [--short]
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNetwork, resnet } from "@downhill/graph";
import { createLoader, imageSet, openDataSet } from "@downhill/images";
import { sgd } from "@downhill/optim";
import { loadWeights, saveWeights, train } from "@downhill/train";

const short = process.argv.includes("--short");
const data = await openDataSet("sample", short ? { trainLimit: 640, testLimit: 256 } : {});
const [epochs, batchSize] = [short ? 3 : 5, 32];
const size = { depth: 8, width: short ? 4 : 16 };
const file = join(tmpdir(), "pretrained.safetensors");

const pretrained = createNetwork(resnet(data.imageShape, data.classNames.length, size), { seed: 1 });
await train({ network: pretrained, data, optimizer: sgd({ lr: 0.05, momentum: 0.9 }), epochs, batchSize });
await saveWeights(pretrained, file);

// The new task has two classes, and few images.
const [training, validation] = [data.train, data.test].map((set) => {
  if (!set) throw new Error("the data have no test images");
  const { images, labels } = createLoader(set, { seed: 0, order: "sequential" }).batch(0, 0, 250);
  const isShoe = labels.map((label) => Number([5, 7, 9].includes(label)));
  return imageSet({ images, labels: isShoe, imageShape: set.imageShape, classNames: ["clothes", "shoes"] });
});

const network = createNetwork(resnet(data.imageShape, 2, size), { seed: 2 });
const { ignored } = await loadWeights(network, file, { ignore: /^fc\./ });
console.log(`initialized anew: ${ignored.join(", ")}`);

const settings = {
  network,
  data: { train: training, validation, normalization: data.normalization },
  epochs,
  batchSize,
};
const lastLayer = sgd({ lr: 0.01, momentum: 0.9 });
const feature = await train({ ...settings, trains: /^fc\./, optimizer: lastLayer });
console.log(`accuracy with a fixed body: ${feature.evaluation?.accuracy.toFixed(3)}`);

const all = sgd({ lr: 1e-3, momentum: 0.9 }, { groups: [{ match: /^fc\./, lr: 1e-2 }] });
const tuned = await train({ ...settings, optimizer: all });
console.log(`accuracy after fine-tuning: ${tuned.evaluation?.accuracy.toFixed(3)}`);
