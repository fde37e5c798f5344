import { checkCount } from "../check.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { defineModel, type ImageShape, type Model } from "../model.ts";
import { flatten } from "../ops/flatten.ts";
import { relu } from "../ops/relu.ts";
import type { Tensor } from "../tensor.ts";
import type { ModelOptions } from "./options.ts";

export interface MlpOptions extends ModelOptions {
  /** The widths of the hidden layers; default [256, 128]. */
  readonly hidden?: readonly number[];
  /** The probability of each hidden element to be dropped in training; default 0. */
  readonly dropout?: number;
}

/** A multi-layer perceptron: dense layers with relu between them, on the pixels as one row. */
export function mlp(imageShape: ImageShape, classes: number, options: MlpOptions = {}): Model {
  const { hidden = [256, 128], dropout: p = 0, initializer } = options;
  for (const width of hidden) checkCount("mlp", "a hidden width", width);
  return defineModel("mlp", imageShape, classes, (scope, images) => {
    const layer = (x: Tensor, width: number, i: number): Tensor =>
      dropout(scope, `dropout${i + 1}`, relu(dense(scope, `hidden${i + 1}`, x, width, { initializer })), p);
    return dense(scope, "classifier", hidden.reduce(layer, flatten(images)), classes, { initializer });
  });
}
