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
  type ModelChecks,
  type ModelOptions,
  probability,
} from "./options.ts";

export interface LenetOptions extends ModelOptions {
  /** Number of channels of the two convolutions. Default [16, 32]. */
  readonly channels?: readonly [number, number];
  /** Width of the hidden layer. Default 128. */
  readonly hidden?: number;
  /** Probability that training drops an element of the hidden layer, from 0 to below 1. Default 0. */
  readonly dropout?: number;
}

export const lenetChecks: ModelChecks<LenetOptions> = {
  options: { channels: counts(2, 2), hidden: count, dropout: probability, initializer },
  smallestSide: () => 4,
};

/**
 * Defines LeNet in its modern form: two 5x5 convolutions, each with relu and 2x2 max pooling, and two dense layers.
 * Paper: LeCun et al., "Gradient-based learning applied to document recognition" (1998). Images have at least 4 x 4
 * pixels.
 * @param imageShape [channels, height, width]
 * @param classes number of classes
 * @param options defaults are listed at each option
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range, or the images are too small
 */
export function lenet(imageShape: ImageShape, classes: number, options: LenetOptions = {}): Model<"output"> {
  checkOptions("lenet", options, lenetChecks.options);
  const { channels = [16, 32], hidden = 128, dropout: p = 0, initializer } = options;
  return defineModel("lenet", imageShape, classes, (scope, images) => {
    checkImageSize("lenet", images, lenetChecks.smallestSide(options));
    // Pooling before relu gives the same result from a quarter of the elements.
    const stage = (x: Tensor, width: number, i: number): Tensor =>
      relu(maxPool2d(conv2d(scope, `conv${i + 1}`, x, width, { kernel: 5, padding: 2, initializer }), { kernel: 2 }));
    const features = flatten(channels.reduce(stage, images));
    const inner = dropout(scope, "dropout", relu(dense(scope, "hidden", features, hidden, { initializer })), p);
    return dense(scope, "classifier", inner, classes, { initializer });
  });
}
