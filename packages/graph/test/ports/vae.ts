import { adam } from "@downhill/optim";
import { compileJointStep, defineModel, layers, ops } from "../../src/index.ts";
import { BATCH, initialized, pixels, SMALL, signed } from "./data.ts";
import { jointPort } from "./port.ts";

const encoder = defineModel("encoder", SMALL, (scope, images) => {
  const hidden = ops.relu(layers.dense(scope, "fc1", ops.flatten(images), 32));
  return { mean: layers.dense(scope, "fc21", hidden, 4), logVariance: layers.dense(scope, "fc22", hidden, 4) };
});

const decoder = defineModel("decoder", [4], (scope, z) =>
  layers.dense(scope, "fc4", ops.relu(layers.dense(scope, "fc3", z, 32)), 64),
);

export const vae = jointPort(() => ({
  networks: { encoder: initialized(encoder), decoder: initialized(decoder) },
  optimizers: { encoder: adam({ lr: 1e-3 }), decoder: adam({ lr: 1e-3 }) },
  compile: (networks) =>
    compileJointStep(networks, {
      batchSize: BATCH,
      inputs: { images: SMALL, noise: [4] },
      losses: ({ encoder, decoder, images, noise }) => {
        const { mean, logVariance } = encoder(images);
        const logits = decoder(ops.add(mean, ops.mul(noise, ops.exp(ops.mul(logVariance, 0.5)))));
        const reconstruction = ops.binaryCrossEntropyWithLogits(logits, ops.flatten(images), { reduction: "sum" });
        const spread = ops.sub(ops.add(logVariance, 1), ops.add(ops.square(mean), ops.exp(logVariance)));
        const loss = ops.mul(ops.sub(reconstruction, ops.mul(ops.sum(spread), 0.5)), 1 / 512);
        return { encoder: loss, decoder: loss };
      },
    }),
  run: (step, i) => step.run({ images: pixels, noise: signed(`noise ${i}`, BATCH, 4) }),
}));
