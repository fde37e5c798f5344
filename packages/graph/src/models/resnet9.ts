import type { ImageShape } from "@downhill/optim/image";
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
import {
  checkImageSize,
  checkOptions,
  count,
  finite,
  initializer,
  type ModelOptions,
  type ModelRules,
} from "./options.ts";

export interface Resnet9Options extends ModelOptions {
  /** The channels of the first convolution; the stages have 2, 4 and 8 times as many. Default 64. */
  readonly width?: number;
  /** What the logits are multiplied by; default 0.125. */
  readonly logitScale?: number;
}

export const resnet9Rules: ModelRules<Resnet9Options> = {
  options: { width: count, logitScale: finite, initializer },
  smallestSide: () => 8,
};

/**
 * The network of D. Page, "How to train your ResNet" (2018), https://github.com/davidcpage/cifar10-fast: 94 % on CIFAR-10
 * in little time. Convolutions with batch norm and relu; max pooling in each of three stages, a residual block of two
 * convolutions in the first and the last; the largest of each channel; a dense layer without bias, scaled down. Images of
 * at least 8 x 8.
 */
export function resnet9(imageShape: ImageShape, classes: number, options: Resnet9Options = {}): Model {
  checkOptions("resnet9", options, resnet9Rules.options);
  const { width = 64, logitScale = 0.125, initializer } = options;
  return defineModel("resnet9", imageShape, classes, (scope, images) => {
    checkImageSize("resnet9", images, resnet9Rules.smallestSide(options));
    const normalized = (x: Tensor, out: number): Tensor =>
      batchNorm(scope, "bn", conv2d(scope, "conv", x, out, { kernel: 3, padding: 1, bias: false, initializer }));
    const convolution = (name: string, x: Tensor, out: number): Tensor =>
      scope.within(name, () => relu(normalized(x, out)));
    // Pooling before relu is the same, on a quarter of the elements.
    const stage = (name: string, x: Tensor, out: number): Tensor =>
      scope.within(name, () => relu(maxPool2d(normalized(x, out), { kernel: 2 })));
    const residual = (name: string, x: Tensor): Tensor =>
      scope.within(name, () => {
        const channels = x.shape[1] as number;
        return add(x, convolution("res2", convolution("res1", x, channels), channels));
      });
    let x = convolution("prep", images, width);
    x = residual("layer1.residual", stage("layer1", x, 2 * width));
    x = stage("layer2", x, 4 * width);
    x = residual("layer3.residual", stage("layer3", x, 8 * width));
    const [, , height, across] = x.shape as readonly [number, number, number, number];
    const features = flatten(maxPool2d(x, { kernel: [height, across] }));
    return mul(dense(scope, "linear", features, classes, { bias: false, initializer }), logitScale);
  });
}
