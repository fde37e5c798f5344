// Statistics of batch norm that `train` measures for averaged weights, against those of all training images: see README.md.
import { compileEvaluation, createNetwork, measureBatchNorm } from "@downhill/graph";
import { createLoader, openDataSet } from "@downhill/images";
import { buildModel, evaluate, fit } from "@downhill/train";
import { readArguments } from "./common/arguments.mjs";
import { describeMachine } from "./common/machine.mjs";
import { showTarget, table, target } from "./common/report.mjs";

const USAGE = `Usage: DOWNHILL_DATA=FOLDER npm run bench -- averages [OPTIONS]

Trains three networks with each of three averages of their weights. The accuracy with the statistics of batch norm that a
training measures on some images is then compared with that of statistics from all its images, as PyTorch's update_bn.
FOLDER contains cifar10 and fashion-mnist; without it they are downloaded.
  --images N   number of training images (default 20000)
  --seed N     random seed (default 0)
  --threads N  compute threads (default 1)`;

const NETWORKS = {
  resnet8: { data: "cifar10", model: "resnet8", lr: 0.05 },
  airbench: { data: "cifar10", model: "airbench", modelOptions: { widths: [32, 64, 64] }, lr: 0.5 },
  resnet9: { data: "fashion-mnist", model: "resnet9", modelOptions: { width: 8 }, lr: 0.05 },
};
const AVERAGES = {
  "moving average": { optimizer: "sgd", ema: 0.99, momentum: 0.9 },
  Lookahead: { optimizer: "sgd", lookahead: true, momentum: 0.9 },
  "schedule-free SGD": { optimizer: "scheduleFreeSgd", schedule: "constant" },
};
const TARGET = 0.1;
const BATCH_SIZE = 128;
const EPOCHS = 2;

const number = (text) => ({ type: "string", default: text });
const given = readArguments(
  USAGE,
  { images: number("20000"), seed: number("0"), threads: number("1") },
  ({ images, seed, threads }) => {
    const wrong = [images, seed, threads].find((text) => !/^\d+$/.test(text));
    return wrong === undefined ? undefined : `"${wrong}" is not a whole number`;
  },
);
const [trainLimit, seed, threads] = [given.images, given.seed, given.threads].map(Number);

const { processor, cores, system, node } = describeMachine([]);
console.log(`${new Date().toISOString().slice(0, 10)}: ${processor}, ${cores} cores, ${system}, Node ${node}\n`);
const rows = [];
for (const [network, { data, model, modelOptions, lr }] of Object.entries(NETWORKS)) {
  const images = await openDataSet(data, { trainLimit });
  for (const [average, settings] of Object.entries(AVERAGES)) {
    console.error(`${network}, ${average}`);
    rows.push({ network, average, ...(await measure(images, { model, modelOptions }, { ...settings, lr })) });
  }
}
const points = (difference) => (100 * difference).toFixed(2).replace("-", "−");
console.log(
  table({
    columns: [
      ["network", ({ network }) => network],
      ["average", ({ average }) => average],
      ["statistics of `train`", ({ measured }) => `${(100 * measured).toFixed(2)} %`],
      ["of all training images", ({ reference }) => `${(100 * reference).toFixed(2)} %`],
      ["difference, points", ({ measured, reference }) => points(measured - reference)],
    ],
    rows,
  }),
);
const worst = Math.max(...rows.map(({ measured, reference }) => Math.abs(100 * (measured - reference))));
console.log(
  `\n${showTarget({ target: target(`largest difference ${worst.toFixed(2)}, <= ${TARGET}`, worst <= TARGET) })}`,
);

/** Trains a network, and evaluates it on the test images with both statistics. */
async function measure({ train, test, normalization, classNames }, { model, modelOptions = {} }, settings) {
  const network = createNetwork(buildModel(model, train.imageShape, classNames.length, modelOptions), { seed });
  const options = { ...settings, epochs: EPOCHS, batchSize: BATCH_SIZE, seed, threads, progress: false };
  await fit(network, { train, test, normalization }, { ...options, evaluateEvery: EPOCHS });
  const score = async () => {
    const inference = await compileEvaluation(network, { batchSize: 250, threads, normalization });
    const { accuracy } = await evaluate(inference, test, { batchSize: 250 });
    await inference.dispose();
    return accuracy;
  };
  const measured = await score();
  const batches = createLoader(train, { seed, augment: [] }).epoch(0, BATCH_SIZE, { dropLast: true });
  await measureBatchNorm(network, batches, { threads, normalization });
  return { measured, reference: await score() };
}
