import { defineModel, layers, ops } from "@downhill/graph";
import type { ImageShape } from "@downhill/optim/image";

/** A small model with a batch norm, so that its state has buffers, and dropout, whose masks depend on the step. */
export const smallModel = (name = "small", classes = 3) =>
  defineModel(name, [1, 6, 6] as ImageShape, classes, (scope, images) => {
    const x = layers.conv2d(scope, "conv", images, 4, { kernel: 3, bias: false });
    const features = ops.flatten(ops.relu(layers.batchNorm(scope, "norm", x)));
    return layers.dense(scope, "fc", layers.dropout(scope, "dropout", features, 0.2), classes);
  });

/** Returns the images and the labels of a step, which depend on its number. */
export function batchOf(step: number, count = 4): { readonly images: Float32Array; readonly labels: Int32Array } {
  const images = Float32Array.from({ length: count * 36 }, (_, i) => Math.sin(1 + i * (step + 1)));
  return { images, labels: Int32Array.from({ length: count }, (_, i) => (i + step) % 3) };
}
