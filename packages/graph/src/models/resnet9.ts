import type { ImageShape } from "@downhill/optim/image";
import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { batchNorm } from "../layers/batch-norm.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { defineModel, type Model } from "../model/model.ts";
import { add } from "../ops/add.ts";
import { flatten } from "../ops/flatten.ts";
import { maxPool2d } from "../ops/max-pool2d.ts";
import { mul } from "../ops/mul.ts";
import { relu } from "../ops/relu.ts";
import { globalMaxPool } from "./global-max-pool.ts";
import {
  checkImageSize,
  checkOptions,
  count,
  finite,
  initializer,
  type ModelChecks,
  type ModelOptions,
} from "./options.ts";

export interface Resnet9Options extends ModelOptions {
  /** Number of channels of the first convolution; the stages have 2, 4 and 8 times as many. Default 64. */
  readonly width?: number;
  /** Factor of the logits. Default 0.125. */
  readonly logitScale?: number;
}

export const resnet9Checks: ModelChecks<Resnet9Options> = {
  options: { width: count, logitScale: finite, initializer },
  smallestSide: () => 8,
};

/**
 * Defines the network of D. Page, "How to train your ResNet" (2018), https://github.com/davidcpage/cifar10-fast, which
 * reaches 94% on CIFAR-10 in a short training.
 *
 * Layers: convolutions with batch norm and relu; three stages with max pooling, the first and the last with a residual
 * block of two convolutions; global max pooling; a dense layer without bias, whose logits are scaled down. Images have
 * at least 8 x 8 pixels.
 * @param imageShape [channels, height, width]
 * @param classes number of classes
 * @param options defaults are listed at each option
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range, or the images are too small
 */
export function resnet9(imageShape: ImageShape, classes: number, options: Resnet9Options = {}): Model<"output"> {
  checkOptions("resnet9", options, resnet9Checks.options);
  const { width = 64, logitScale = 0.125, initializer } = options;
  return defineModel("resnet9", imageShape, classes, (scope, images) => {
    checkImageSize("resnet9", images, resnet9Checks.smallestSide(options));
    const normalized = (x: Tensor, out: number): Tensor =>
      batchNorm(scope, "bn", conv2d(scope, "conv", x, out, { kernel: 3, padding: 1, bias: false, initializer }));
    const convolution = (name: string, x: Tensor, out: number): Tensor =>
      scope.within(name, () => relu(normalized(x, out)));
    // Pooling before relu gives the same result from a quarter of the elements.
    const stage = (name: string, x: Tensor, out: number): Tensor =>
      scope.within(name, () => relu(maxPool2d(normalized(x, out), { kernel: 2 })));
    const residual = (name: string, x: Tensor): Tensor =>
      scope.within(name, () => {
        const channels = at(x.shape, 1);
        return add(x, convolution("res2", convolution("res1", x, channels), channels));
      });
    let x = convolution("prep", images, width);
    x = residual("layer1.residual", stage("layer1", x, 2 * width));
    x = stage("layer2", x, 4 * width);
    x = residual("layer3.residual", stage("layer3", x, 8 * width));
    const features = flatten(globalMaxPool(x));
    return mul(dense(scope, "linear", features, classes, { bias: false, initializer }), logitScale);
  });
}
