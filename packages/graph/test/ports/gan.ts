import { adam } from "@downhill/optim";
import { compileJointStep, constant, defineModel, layers, ops, type Tensor } from "../../src/index.ts";
import { BATCH, images, initialized, SMALL, signed } from "./data.ts";
import { jointPort } from "./port.ts";

export const generator = defineModel("generator", [6, 1, 1], (scope, noise) => {
  const y = layers.convTranspose2d(scope, "main.0", noise, 8, { kernel: 4, bias: false });
  const hidden = ops.relu(layers.batchNorm(scope, "main.1", y));
  return ops.tanh(
    layers.convTranspose2d(scope, "main.3", hidden, 1, { kernel: 4, stride: 2, padding: 1, bias: false }),
  );
});

export const discriminator = defineModel("discriminator", SMALL, (scope, x) => {
  const conv = (name: string, y: Tensor, out: number, kernel: number, stride: number, padding: number) =>
    layers.conv2d(scope, name, y, out, { kernel, stride, padding, bias: false });
  const half = ops.leakyRelu(conv("main.0", x, 4, 4, 2, 1), 0.2);
  const quarter = ops.leakyRelu(layers.batchNorm(scope, "main.3", conv("main.2", half, 8, 2, 2, 0)), 0.2);
  return conv("main.5", quarter, 1, 2, 1, 0);
});

/** Cross-entropy of logits and the same target for all images: 1 for real, 0 for fake. */
export const against = (logits: Tensor, target: number): Tensor =>
  ops.binaryCrossEntropyWithLogits(logits, ops.expand(constant(target), logits.shape));

export const optimizer = adam({ lr: 2e-4, beta1: 0.5 });

export const gan = jointPort(() => ({
  networks: { generator: initialized(generator), discriminator: initialized(discriminator) },
  optimizers: { generator: optimizer, discriminator: optimizer },
  compile: (networks) =>
    compileJointStep(networks, {
      batchSize: BATCH,
      inputs: { images: SMALL, noise: [6, 1, 1] },
      losses: ({ generator, discriminator, images, noise }) => {
        const fake = generator(noise);
        return {
          discriminator: ops.add(against(discriminator(images), 1), against(discriminator(ops.stopGradient(fake)), 0)),
          generator: against(discriminator(fake), 1),
        };
      },
    }),
  run: (step, i) => step.run({ images, noise: signed(`noise ${i}`, BATCH, 6, 1, 1) }),
}));
