import { dense } from "../layers/dense.ts";
import { defineModel, type ImageShape, type Model } from "../model.ts";
import { flatten } from "../ops/flatten.ts";
import { relu } from "../ops/relu.ts";

export interface MlpOptions {
  /** The widths of the hidden layers; default [256, 128]. */
  readonly hidden?: readonly number[];
}

/** A multi-layer perceptron: dense layers with relu between them, on the pixels as one row. */
export function mlp(imageShape: ImageShape, classes: number, { hidden = [256, 128] }: MlpOptions = {}): Model {
  return defineModel("mlp", imageShape, classes, (scope, images) => {
    const features = hidden.reduce((x, width, i) => relu(dense(scope, `hidden${i + 1}`, x, width)), flatten(images));
    return dense(scope, "classifier", features, classes);
  });
}
