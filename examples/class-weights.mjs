// Finds shirts among ten times as many other clothes: weights of classes correct for the imbalance.
// Original: Keras, "Imbalanced classification: credit card fraud detection",
// https://keras.io/examples/structured_data/imbalanced_classification/
// Run it by: node examples/class-weights.mjs [--short]
import { createNetwork, lenet, ops } from "@downhill/graph";
import { createLoader, imageSet, openDataSet } from "@downhill/images";
import { adam } from "@downhill/optim";
import { train } from "@downhill/train";

const short = process.argv.includes("--short");
const data = await openDataSet("sample", short ? { trainLimit: 640, testLimit: 256 } : {});
const SHIRT = 6;

const [training, validation] = [data.train, data.test].map((set) => {
  if (!set) throw new Error("the data have no test images");
  const { images, labels } = createLoader(set, { seed: 0, order: "sequential" }).batch(0, 0, set.length);
  const isShirt = labels.map((label) => Number(label === SHIRT));
  return imageSet({ images, labels: isShirt, imageShape: set.imageShape, classNames: ["other", "shirt"] });
});

for (const weight of [
  [1, 1],
  [0.55, 5], // each is images / (2 * images of the class)
]) {
  const { evaluation } = await train({
    network: createNetwork(lenet(data.imageShape, 2), { seed: 1 }),
    data: { train: training, validation, normalization: data.normalization },
    optimizer: adam({ lr: 1e-3 }),
    epochs: short ? 1 : 5,
    batchSize: 64,
    loss: ({ output, labels }) => ops.crossEntropy(output, labels, { weight }),
  });
  const [, recall] = evaluation?.perClass ?? [];
  console.log(
    `class weights ${weight}: accuracy ${evaluation?.accuracy.toFixed(3)}, found shirts ${recall?.toFixed(3)}`,
  );
}
