import type { ImageShape } from "@downhill/optim/image";
import type { Tensor } from "../core/tensor.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { defineModel, type Model } from "../model/model.ts";
import { flatten } from "../ops/flatten.ts";
import { relu } from "../ops/relu.ts";
import { checkOptions, counts, initializer, type ModelChecks, type ModelOptions, probability } from "./options.ts";

export interface MlpOptions extends ModelOptions {
  /** Widths of the hidden layers, in order. Default [256, 128]. */
  readonly hidden?: readonly number[];
  /** Probability that training drops an element of a hidden layer, from 0 to below 1. Default 0. */
  readonly dropout?: number;
}

export const mlpChecks: ModelChecks<MlpOptions> = {
  options: { hidden: counts(0), dropout: probability, initializer },
  smallestSide: () => 1,
};

/**
 * Defines a multi-layer perceptron: dense layers with relu between them, on the pixels of an image as one row.
 * @param imageShape [channels, height, width]
 * @param classes number of classes
 * @param options defaults are listed at each option
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range, or the images are too small
 */
export function mlp(imageShape: ImageShape, classes: number, options: MlpOptions = {}): Model<"output"> {
  checkOptions("mlp", options, mlpChecks.options);
  const { hidden = [256, 128], dropout: p = 0, initializer } = options;
  return defineModel("mlp", imageShape, classes, (scope, images) => {
    const layer = (x: Tensor, width: number, i: number): Tensor =>
      dropout(scope, `dropout${i + 1}`, relu(dense(scope, `hidden${i + 1}`, x, width, { initializer })), p);
    return dense(scope, "classifier", hidden.reduce(layer, flatten(images)), classes, { initializer });
  });
}
