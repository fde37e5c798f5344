import { defineModel, layers, type Model, ops, type Scope, type Tensor } from "../../src/index.ts";
import { SMALL } from "./data.ts";

const forward =
  (out: number, width: number) =>
  (scope: Scope, images: Tensor): Tensor => {
    const features = ops.relu(layers.conv2d(scope, "conv", images, width, { kernel: 3, padding: 1 }));
    return layers.dense(scope, "out", ops.flatten(ops.maxPool2d(features, { kernel: 2 })), out);
  };

/** Returns a convolutional network for images [1, 8, 8]. */
export const small = (out: number): Model<"output"> => defineModel("small", SMALL, forward(out, 4));

/** Returns the same network as a classifier. */
export const smallClassifier = (classes: number, width = 4): Model<"output"> =>
  defineModel("small", SMALL, classes, forward(classes, width));
