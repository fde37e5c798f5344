import type { ImageShape } from "@downhill/optim/image";
import type { Tensor } from "../core/tensor.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { defineModel, type Model } from "../model/model.ts";
import { flatten } from "../ops/flatten.ts";
import { maxPool2d } from "../ops/max-pool2d.ts";
import { relu } from "../ops/relu.ts";
import {
  checkImageSize,
  checkOptions,
  count,
  counts,
  initializer,
  type ModelOptions,
  type ModelRules,
  probability,
} from "./options.ts";

export interface LenetOptions extends ModelOptions {
  /** The channels of both convolutions; default [16, 32]. */
  readonly channels?: readonly [number, number];
  /** The width of the hidden layer; default 128. */
  readonly hidden?: number;
  /** The probability of each element of the hidden layer to be dropped in training; default 0. */
  readonly dropout?: number;
}

export const lenetRules: ModelRules<LenetOptions> = {
  options: { channels: counts(2, 2), hidden: count, dropout: probability, initializer },
  smallestSide: () => 4,
};

/**
 * LeNet in today's form: two 5x5 convolutions, each with relu and 2x2 max pooling, and two dense layers. After LeCun et
 * al., "Gradient-based learning applied to document recognition" (1998). Images of at least 4 x 4.
 */
export function lenet(imageShape: ImageShape, classes: number, options: LenetOptions = {}): Model {
  checkOptions("lenet", options, lenetRules.options);
  const { channels = [16, 32], hidden = 128, dropout: p = 0, initializer } = options;
  return defineModel("lenet", imageShape, classes, (scope, images) => {
    checkImageSize("lenet", images, lenetRules.smallestSide(options));
    // Pooling before relu is the same, on a quarter of the elements.
    const stage = (x: Tensor, width: number, i: number): Tensor =>
      relu(maxPool2d(conv2d(scope, `conv${i + 1}`, x, width, { kernel: 5, padding: 2, initializer }), { kernel: 2 }));
    const features = flatten(channels.reduce(stage, images));
    const inner = dropout(scope, "dropout", relu(dense(scope, "hidden", features, hidden, { initializer })), p);
    return dense(scope, "classifier", inner, classes, { initializer });
  });
}
