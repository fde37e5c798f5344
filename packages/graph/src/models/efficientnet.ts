import type { ImageShape } from "@downhill/optim/image";
import { at } from "../core/shape.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { uniform } from "../model/initializers.ts";
import { defineModel, type Model } from "../model/model.ts";
import { globalAveragePool } from "../ops/global-average-pool.ts";
import { sigmoid } from "../ops/sigmoid.ts";
import { silu } from "../ops/silu.ts";
import { invertedResidual, numberedConvolution } from "./inverted-residual.ts";
import { checkOptions, initializer, type ModelChecks, type ModelOptions, probability } from "./options.ts";

export interface EfficientnetB0Options extends ModelOptions {
  /** Probability that training drops an element before the last layer, from 0 to below 1. Default 0.2. */
  readonly dropout?: number;
  /**
   * Probability that training drops the last residual block of an image, from 0 to below 1; it rises from 0 at the first
   * block. Default 0.2.
   */
  readonly stochasticDepth?: number;
}

export const efficientnetB0Checks: ModelChecks<EfficientnetB0Options> = {
  options: { dropout: probability, stochasticDepth: probability, initializer },
  smallestSide: () => 1,
};

/** Expansion factor, kernel, first stride, channels and number of blocks of each stage. */
const STAGES = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
] as const;

const BLOCKS = STAGES.reduce((sum, [, , , , blocks]) => sum + blocks, 0);

/**
 * Defines EfficientNet-B0, after Tan and Le, https://arxiv.org/abs/1905.11946, with the parameter names of torchvision's
 * `efficientnet_b0`, whose weights it can start from.
 *
 * Layers: a 3x3 convolution of stride 2; inverted residual blocks with depthwise convolutions, squeeze and excitation,
 * silu and stochastic depth; a 1x1 convolution to 1280 channels; global average pooling; dropout; a dense layer.
 * @param imageShape [channels, height, width]; ImageNet's is [3, 224, 224]
 * @param classes number of classes
 * @param options defaults are listed at each option
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range
 */
export function efficientnetB0(
  imageShape: ImageShape,
  classes: number,
  options: EfficientnetB0Options = {},
): Model<"output"> {
  checkOptions("efficientnetB0", options, efficientnetB0Checks.options);
  const { dropout: p = 0.2, stochasticDepth = 0.2, initializer } = options;
  const shared = { batchNorm: {}, initializer };
  return defineModel("efficientnetB0", imageShape, classes, (scope, images) => {
    const features = scope.within("features", () => {
      let x = silu(numberedConvolution(scope, 0, images, 32, { kernel: 3, stride: 2, ...shared }));
      let done = 0;
      for (const [stage, [expansion, kernel, first, out, blocks]] of STAGES.entries()) {
        for (let i = 0; i < blocks; i++) {
          const channels = at(x.shape, 1);
          const options = {
            ...{ kernel, out, expanded: channels * expansion, stride: i === 0 ? first : 1, ...shared },
            activation: silu,
            excitation: { squeeze: channels >> 2, activation: silu, gate: sigmoid },
            dropPath: (stochasticDepth * done++) / BLOCKS,
          };
          x = scope.within(`${stage + 1}.${i}`, () => invertedResidual(scope, x, options));
        }
      }
      return silu(numberedConvolution(scope, STAGES.length + 1, x, 1280, { kernel: 1, ...shared }));
    });
    const kept = dropout(scope, "classifier.0", globalAveragePool(features), p);
    const initial = { initializer: initializer ?? uniform(1 / Math.sqrt(classes)), biasInitializer: "zeros" } as const;
    return dense(scope, "classifier.1", kept, classes, initial);
  });
}
