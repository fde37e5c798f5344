import { adam } from "@downhill/optim";
import { compileTrainingStep, defineModel, initializers, layers, ops, type Tensor } from "../../src/index.ts";
import { BATCH, pixels, SMALL, signed } from "./data.ts";
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

export const denoiser = port({
  model: defineModel("denoiser", SMALL, (scope, images) => {
    const conv = (name: string, x: Tensor, out: number) =>
      layers.conv2d(scope, name, x, out, { kernel: 3, padding: 1 });
    const half = (name: string, x: Tensor) => ops.maxPool2d(ops.relu(conv(name, x, 4)), { kernel: 2 });
    const twice = (name: string, x: Tensor) =>
      ops.relu(layers.convTranspose2d(scope, name, x, 4, { kernel: 3, stride: 2, padding: 1, outputPadding: 1 }));
    return conv("conv3", twice("up2", twice("up1", half("conv2", half("conv1", images)))), 1);
  }),
  optimizer: adam({ lr: 0.01 }),
  compile: (network) =>
    compileTrainingStep(network, {
      batchSize: BATCH,
      targets: { clean: SMALL },
      loss: ({ output, clean }) => ops.binaryCrossEntropyWithLogits(output, clean),
    }),
  run: (step, i) => {
    const noise = signed(`noise ${i}`, BATCH, ...SMALL);
    return step.run(
      pixels.map((pixel, k) => pixel + (noise[k] as number) / 2),
      { clean: pixels },
    );
  },
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
