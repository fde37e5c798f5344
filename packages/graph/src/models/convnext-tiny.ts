import type { ImageShape } from "@downhill/optim/image";
import { at } from "../core/shape.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { layerNorm } from "../layers/layer-norm.ts";
import { normal } from "../model/initializers.ts";
import { defineModel, type Model } from "../model/model.ts";
import { globalAveragePool } from "../ops/global-average-pool.ts";
import { CONVNEXT_EPS, channelNorm, convnextBlock } from "./convnext-block.ts";
import {
  checkImageSize,
  checkOptions,
  finite,
  initializer,
  type ModelChecks,
  type ModelOptions,
  probability,
} from "./options.ts";

export interface ConvnextTinyOptions extends ModelOptions {
  /**
   * Probability that training drops the last block of an image, from 0 to below 1; it rises from 0 at the first block.
   * Default 0.1.
   */
  readonly stochasticDepth?: number;
  /** Initial value of the factors that scale the result of each block. Default 1e-6. */
  readonly layerScale?: number;
}

export const convnextTinyChecks: ModelChecks<ConvnextTinyOptions> = {
  options: { stochasticDepth: probability, layerScale: finite, initializer },
  // Patches of 4 x 4 pixels, which three stages halve.
  smallestSide: () => 32,
};

const WIDTHS = [96, 192, 384, 768] as const;
const DEPTHS = [3, 3, 9, 3] as const;
const BLOCKS = DEPTHS.reduce((sum, depth) => sum + depth, 0);

/** Names of torchvision's block, a sequence with the transpositions 1 and 6 and the gelu 4. */
const NAMES = { spatial: "block.0", norm: "block.2", widen: "block.3", narrow: "block.5", scale: "layer_scale" };

/**
 * Defines ConvNeXt-Tiny, after Liu et al., https://arxiv.org/abs/2201.03545, with the parameter names of torchvision's
 * `convnext_tiny`, whose weights it can start from. `convnext` is the network for small images.
 *
 * Layers: patches of 4 x 4 pixels; four stages of residual blocks with 96 to 768 channels, with a 2x2 convolution that
 * halves the image between stages; global average pooling, layer norm and a dense layer. Images have at least 32 x 32
 * pixels.
 * @param imageShape [channels, height, width]; ImageNet's is [3, 224, 224]
 * @param classes number of classes
 * @param options defaults are listed at each option
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range, or the images are too small
 */
export function convnextTiny(
  imageShape: ImageShape,
  classes: number,
  options: ConvnextTinyOptions = {},
): Model<"output"> {
  checkOptions("convnextTiny", options, convnextTinyChecks.options);
  const { stochasticDepth = 0.1, layerScale = 1e-6 } = options;
  // PyTorch's trunc_normal_ truncates at 2, which is 100 deviations.
  const initial = { initializer: options.initializer ?? normal(0.02), biasInitializer: "zeros" } as const;
  return defineModel("convnextTiny", imageShape, classes, (scope, images) => {
    checkImageSize("convnextTiny", images, convnextTinyChecks.smallestSide(options));
    const features = scope.within("features", () => {
      let x = images;
      let done = 0;
      for (const [stage, width] of WIDTHS.entries()) {
        x = scope.within(`${2 * stage}`, () =>
          stage === 0
            ? channelNorm(scope, "1", conv2d(scope, "0", x, width, { kernel: 4, stride: 4, ...initial }))
            : conv2d(scope, "1", channelNorm(scope, "0", x), width, { kernel: 2, stride: 2, ...initial }),
        );
        for (let i = 0; i < at(DEPTHS, stage); i++) {
          const dropPath = (stochasticDepth * done++) / (BLOCKS - 1);
          const options = { names: NAMES, scaleShape: [width, 1, 1], layerScale, initial, dropPath };
          x = scope.within(`${2 * stage + 1}.${i}`, () => convnextBlock(scope, x, options));
        }
      }
      return x;
    });
    const normalized = layerNorm(scope, "classifier.0", globalAveragePool(features), { eps: CONVNEXT_EPS });
    return dense(scope, "classifier.2", normalized, classes, initial);
  });
}
