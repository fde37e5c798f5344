// Trains a Vision Transformer: patches of images are the tokens of a transformer.
// Original: Keras, "Image classification with Vision Transformer",
// https://keras.io/examples/vision/image_classification_with_vision_transformer/
// Run it by: node examples/vision-transformer.mjs [--short]
import { createNetwork, defineModel, layers, ops } from "@downhill/graph";
import { openDataSet } from "@downhill/images";
import { adamw } from "@downhill/optim";
import { train } from "@downhill/train";

const short = process.argv.includes("--short");
const data = await openDataSet("sample", short ? { trainLimit: 640, testLimit: 256 } : {});
const [WIDTH, BLOCKS] = [64, short ? 2 : 8];

const model = defineModel("vit", data.imageShape, data.classNames.length, (scope, images) => {
  const grid = layers.conv2d(scope, "patches", images, WIDTH, { kernel: 7, stride: 7 });
  const patches = ops.transpose(ops.reshape(grid, [-1, WIDTH, 16]), [0, 2, 1]);
  let x = layers.positionEmbedding(scope, "positions", patches);
  for (let i = 0; i < BLOCKS; i++) {
    const normed = layers.layerNorm(scope, `attention${i}.norm`, x);
    x = ops.add(x, layers.multiHeadAttention(scope, `attention${i}`, normed, { heads: 4, dropout: 0.1 }));
    const hidden = ops.gelu(layers.dense(scope, `mlp${i}.fc1`, layers.layerNorm(scope, `mlp${i}.norm`, x), 2 * WIDTH));
    x = ops.add(x, layers.dropout(scope, `mlp${i}.dropout`, layers.dense(scope, `mlp${i}.fc2`, hidden, WIDTH), 0.1));
  }
  const features = layers.dropout(scope, "dropout", ops.flatten(layers.layerNorm(scope, "norm", x)), 0.5);
  return layers.dense(scope, "classifier", features, data.classNames.length);
});

const { evaluation } = await train({
  network: createNetwork(model, { seed: 1 }),
  data,
  optimizer: adamw({ lr: 1e-3, weightDecay: 1e-4 }),
  augment: [{ kind: "flip" }],
  batchSize: 128,
  epochs: short ? 1 : 10,
});
console.log(`test accuracy: ${evaluation?.accuracy.toFixed(3)}`);
