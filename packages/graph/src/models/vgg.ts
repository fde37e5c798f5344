import type { ImageShape } from "@downhill/optim/image";
import { batchNorm } from "../layers/batch-norm.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { type InitializerOption, kaimingNormal } from "../model/initializers.ts";
import { defineModel, type Model } from "../model/model.ts";
import { globalAveragePool } from "../ops/global-average-pool.ts";
import { maxPool2d } from "../ops/max-pool2d.ts";
import { relu } from "../ops/relu.ts";
import {
  checkImageSize,
  checkOptions,
  count,
  initializer,
  type ModelChecks,
  type ModelOptions,
  oneOf,
  probability,
} from "./options.ts";

export interface VggOptions extends ModelOptions {
  /** Number of layers in the paper, three of them dense: 11, 13, 16 or 19. Default 11. */
  readonly depth?: number;
  /** Number of channels of the first stage; the other stages have 2, 4, 8 and 8 times as many. Default 64. */
  readonly width?: number;
  /**
   * Probability that training drops a pooled feature, from 0 to below 1. Default 0; the paper uses 0.5 in its two large
   * dense layers, which this model does not have.
   */
  readonly dropout?: number;
}

/** Number of convolutions of each stage, by depth. */
const STAGES: Readonly<Record<number, readonly number[]>> = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
};

export const vggChecks: ModelChecks<VggOptions> = {
  options: { depth: oneOf(11, 13, 16, 19), width: count, dropout: probability, initializer },
  smallestSide: () => 16,
};

/**
 * Defines VGG for small images, after Simonyan and Zisserman, https://arxiv.org/abs/1409.1556.
 *
 * Layers: 3x3 convolutions, each with batch norm and relu, with 2x2 max pooling between stages; global average pooling;
 * one dense layer instead of three. Images have at least 16 x 16 pixels. The layers of `features` have the numbers of
 * torchvision's `vgg16_bn`.
 * @param imageShape [channels, height, width]
 * @param classes number of classes
 * @param options defaults are listed at each option
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range, or the images are too small
 */
export function vgg(imageShape: ImageShape, classes: number, options: VggOptions = {}): Model<"output"> {
  checkOptions("vgg", options, vggChecks.options);
  const { depth = 11, width = 64, dropout: p = 0, initializer } = options;
  const convolutionInitializer: InitializerOption = initializer ?? kaimingNormal({ mode: "fanOut" });
  const stages = STAGES[depth] ?? [];
  return defineModel(`vgg${depth}`, imageShape, classes, (scope, images) => {
    checkImageSize(`vgg${depth}`, images, vggChecks.smallestSide(options));
    let x = images;
    let index = 0;
    for (const [stage, convolutions] of stages.entries()) {
      for (let i = 0; i < convolutions; i++) {
        const window = { kernel: 3, padding: 1, bias: false, initializer: convolutionInitializer };
        x = conv2d(scope, `features.${index}`, x, width * 2 ** Math.min(stage, 3), window);
        x = batchNorm(scope, `features.${index + 1}`, x);
        // Pooling before relu gives the same result from a quarter of the elements.
        const pooled = i === convolutions - 1 && stage < stages.length - 1;
        x = relu(pooled ? maxPool2d(x, { kernel: 2 }) : x);
        index += 3;
      }
      index++;
    }
    const features = dropout(scope, "dropout", globalAveragePool(x), p);
    return dense(scope, "classifier", features, classes, { initializer });
  });
}
