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
  type ModelOptions,
  type ModelRules,
  oneOf,
  probability,
} from "./options.ts";

export interface VggOptions extends ModelOptions {
  /** Convolutions and the dense layers of the paper: 11 (default), 13, 16 or 19. */
  readonly depth?: number;
  /** The channels of the first stage; the others have 2, 4, 8 and 8 times as many. Default 64. */
  readonly width?: number;
  /**
   * The probability of each of the pooled features to be dropped in training; default 0: the paper has 0.5 for its two
   * large dense layers, which are not here.
   */
  readonly dropout?: number;
}

/** How many convolutions each stage has. */
const STAGES: Readonly<Record<number, readonly number[]>> = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
};

export const vggRules: ModelRules<VggOptions> = {
  options: { depth: oneOf(11, 13, 16, 19), width: count, dropout: probability, initializer },
  smallestSide: () => 16,
};

/**
 * VGG for small images: the 3x3 convolutions of Simonyan and Zisserman, https://arxiv.org/abs/1409.1556, each with batch
 * norm and relu, and 2x2 max pooling between stages; then global average pooling and one dense layer in place of three.
 * Images of at least 16 x 16. The layers of `features` are numbered as torchvision's `vgg16_bn` numbers them.
 */
export function vgg(imageShape: ImageShape, classes: number, options: VggOptions = {}): Model {
  checkOptions("vgg", options, vggRules.options);
  const { depth = 11, width = 64, dropout: p = 0, initializer } = options;
  const ofConvolutions: InitializerOption = initializer ?? kaimingNormal({ mode: "fanOut" });
  const stages = STAGES[depth] as readonly number[];
  return defineModel(`vgg${depth}`, imageShape, classes, (scope, images) => {
    checkImageSize(`vgg${depth}`, images, vggRules.smallestSide(options));
    let x = images;
    let index = 0;
    for (const [stage, convolutions] of stages.entries()) {
      for (let i = 0; i < convolutions; i++) {
        const window = { kernel: 3, padding: 1, bias: false, initializer: ofConvolutions };
        x = conv2d(scope, `features.${index}`, x, width * 2 ** Math.min(stage, 3), window);
        x = batchNorm(scope, `features.${index + 1}`, x);
        // Pooling before relu is the same, on a quarter of the elements.
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
