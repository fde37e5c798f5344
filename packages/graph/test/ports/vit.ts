import { adamw } from "@downhill/optim";
import { compileTrainingStep, defineModel, layers, ops, type Scope, type Tensor } from "../../src/index.ts";
import { BATCH, images, labels, SMALL } from "./data.ts";
import { port } from "./port.ts";

const WIDTH = 16;

const block = (scope: Scope, name: string, tokens: Tensor): Tensor =>
  scope.within(name, () => {
    const normed = layers.layerNorm(scope, "norm1", tokens);
    const x = ops.add(tokens, layers.multiHeadAttention(scope, "attention", normed, { heads: 4 }));
    const hidden = ops.gelu(layers.dense(scope, "fc1", layers.layerNorm(scope, "norm2", x), 2 * WIDTH));
    return ops.add(x, layers.dense(scope, "fc2", hidden, WIDTH));
  });

export const vit = port({
  model: defineModel("vit", SMALL, 10, (scope, x) => {
    const count = x.shape[0] as number;
    const grid = layers.conv2d(scope, "patches", x, WIDTH, { kernel: 4, stride: 4 });
    const patches = ops.transpose(ops.reshape(grid, [count, WIDTH, -1]), [0, 2, 1]);
    let tokens = layers.positionEmbedding(scope, "positions", layers.classToken(scope, "token", patches));
    for (const name of ["block1", "block2"]) tokens = block(scope, name, tokens);
    const first = ops.slice(layers.layerNorm(scope, "norm", tokens), { starts: [0], ends: [1], axes: [1] });
    return layers.dense(scope, "head", ops.reshape(first, [count, WIDTH]), 10);
  }),
  optimizer: adamw({ lr: 1e-3, weightDecay: 0.05 }),
  compile: (network) => compileTrainingStep(network, { batchSize: BATCH, labelSmoothing: 0.1 }),
  run: (step) => step.run(images, labels("labels", BATCH, 10)),
});
