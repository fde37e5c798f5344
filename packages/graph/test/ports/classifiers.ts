import { adam, adamw, sgd } from "@downhill/optim";
import { compileTrainingStep, defineModel, layers, ops } from "../../src/index.ts";
import { BATCH, images, labels, signed } from "./data.ts";
import { port } from "./port.ts";
import { small, smallClassifier } from "./small.ts";

export const cifarNet = port({
  model: defineModel("cifarNet", [3, 32, 32], 10, (scope, x) => {
    let y = ops.maxPool2d(ops.relu(layers.conv2d(scope, "conv1", x, 6, { kernel: 5 })), { kernel: 2 });
    y = ops.maxPool2d(ops.relu(layers.conv2d(scope, "conv2", y, 16, { kernel: 5 })), { kernel: 2 });
    y = ops.relu(layers.dense(scope, "fc1", ops.flatten(y), 120));
    y = ops.relu(layers.dense(scope, "fc2", y, 84));
    return layers.dense(scope, "fc3", y, 10);
  }),
  optimizer: sgd({ lr: 0.01, momentum: 0.9 }),
  compile: (network) => compileTrainingStep(network, { batchSize: 4 }),
  run: (step) => step.run(signed("images", 4, 3, 32, 32), labels("labels", 4, 10)),
});

export const classWeights = port({
  model: smallClassifier(3),
  optimizer: adamw({ lr: 0.01, weightDecay: 0.1 }),
  compile: (network) =>
    compileTrainingStep(network, {
      batchSize: BATCH,
      loss: ({ output, labels }) => ops.crossEntropy(output, labels, { weight: [0.25, 1, 2.5] }),
    }),
  run: (step) => step.run(images, labels("labels", BATCH, 3)),
});

export const multiLabel = port({
  model: small(5),
  optimizer: adam({ lr: 0.01 }),
  compile: (network) =>
    compileTrainingStep(network, {
      batchSize: BATCH,
      targets: { tags: [5] },
      loss: ({ output, tags }) => ops.binaryCrossEntropyWithLogits(output, tags, { posWeight: [1, 2, 3, 4, 5] }),
    }),
  run: (step) => step.run(images, { tags: signed("tags", BATCH, 5).map((value) => Number(value > 0.5)) }),
});

export const huber = port({
  model: small(1),
  optimizer: sgd({ lr: 0.05, momentum: 0.9 }),
  compile: (network) =>
    compileTrainingStep(network, {
      batchSize: BATCH,
      targets: { angle: [1] },
      loss: ({ output, angle }) => ops.huber(output, angle, { delta: 0.5 }),
    }),
  run: (step) => step.run(images, { angle: signed("angle", BATCH, 1).map((value) => 2 * value) }),
});

export const transfer = port({
  model: smallClassifier(10),
  optimizer: sgd({ lr: 0.05, momentum: 0.9 }, { groups: [{ match: /^conv\./, frozen: true }] }),
  compile: (network) => compileTrainingStep(network, { batchSize: BATCH, trains: /^out\./ }),
  run: (step) => step.run(images, labels("labels", BATCH, 10)),
});
