import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { defineModel, type ImageShape, type Model } from "../model.ts";
import { flatten } from "../ops/flatten.ts";
import { maxPool2d } from "../ops/max-pool2d.ts";
import { relu } from "../ops/relu.ts";

export interface LenetOptions {
  /** The channels of both convolutions; default [16, 32]. */
  readonly channels?: readonly [number, number];
  /** The width of the hidden layer; default 128. */
  readonly hidden?: number;
}

/**
 * LeNet in today's form: two 5x5 convolutions, each with relu and 2x2 max pooling, and two dense layers. After LeCun et
 * al., "Gradient-based learning applied to document recognition" (1998).
 */
export function lenet(imageShape: ImageShape, classes: number, options: LenetOptions = {}): Model {
  const { channels = [16, 32], hidden = 128 } = options;
  return defineModel("lenet", imageShape, classes, (scope, images) => {
    // Pooling before relu is the same, on a quarter of the elements.
    const features = channels.reduce(
      (x, width, i) =>
        relu(maxPool2d(conv2d(scope, `conv${i + 1}`, x, width, { kernel: 5, padding: 2 }), { kernel: 2 })),
      images,
    );
    return dense(scope, "classifier", relu(dense(scope, "hidden", flatten(features), hidden)), classes);
  });
}
