import { adam } from "@downhill/optim";
import { compileTrainingStep, defineModel, initializers, layers, ops } from "../../src/index.ts";
import { BATCH, pixels, SMALL } from "./data.ts";
import { port } from "./port.ts";

export const autoencoder = port({
  model: defineModel("autoencoder", SMALL, (scope, images) => {
    const code = ops.relu(layers.dense(scope, "encoder", ops.flatten(images), 8));
    return ops.reshape(ops.sigmoid(layers.dense(scope, "decoder", code, 64)), images.shape);
  }),
  optimizer: adam({ lr: 0.01 }),
  compile: (network) =>
    compileTrainingStep(network, {
      batchSize: BATCH,
      loss: ({ output, images }) => ops.mse(output, images),
    }),
  run: (step) => step.run(pixels),
});

export const tied = port({
  model: defineModel("tied", SMALL, (scope, images) => {
    const code = ops.relu(layers.dense(scope, "encoder", ops.flatten(images), 8));
    // The layer's own parameter, by its name.
    const weight = scope.parameter("encoder.weight", [8, 64], initializers.zeros);
    const bias = scope.parameter("bias", [64], initializers.zeros);
    return ops.reshape(ops.dense(code, ops.transpose(weight), bias), images.shape);
  }),
  optimizer: adam({ lr: 0.01 }),
  compile: (network) =>
    compileTrainingStep(network, {
      batchSize: BATCH,
      loss: ({ output, images }) => ops.l1(output, images),
    }),
  run: (step) => step.run(pixels),
});
