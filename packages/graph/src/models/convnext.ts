import type { ImageShape } from "@downhill/optim/image";
import { at } from "../core/shape.ts";
import { fail } from "../error.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { layerNorm } from "../layers/layer-norm.ts";
import { defineModel, type Model } from "../model/model.ts";
import { globalAveragePool } from "../ops/global-average-pool.ts";
import { CONVNEXT_EPS, channelNorm, convnextBlock } from "./convnext-block.ts";
import {
  checkImageSize,
  checkOptions,
  count,
  counts,
  finite,
  initializer,
  type ModelChecks,
  type ModelOptions,
} from "./options.ts";

export interface ConvnextOptions extends ModelOptions {
  /** Number of channels of each stage. Default [40, 80, 160], the first three of ConvNeXt-Atto. */
  readonly widths?: readonly number[];
  /** Number of blocks of each stage, one per width. Default [2, 2, 6]. */
  readonly depths?: readonly number[];
  /** Height and width of the patches that the first layer reduces to one pixel. Default 2; 1 keeps more detail. */
  readonly patch?: number;
  /** Initial value of the factors that scale the result of each block. Default 1e-6. */
  readonly layerScale?: number;
}

const WIDTHS: readonly number[] = [40, 80, 160];

export const convnextChecks: ModelChecks<ConvnextOptions> = {
  // Each stage after the first halves the image.
  options: { widths: counts(1, 12), depths: counts(1, 12), patch: count, layerScale: finite, initializer },
  smallestSide: ({ widths = WIDTHS, patch = 2 }) => patch * 2 ** (widths.length - 1),
};

/** Maximum number of blocks in total; the largest network of the paper has 36. */
const MOST_BLOCKS = 200;

/**
 * Defines a ConvNeXt for small images, after Liu et al., https://arxiv.org/abs/2201.03545, without stochastic depth.
 *
 * Layers: patches; stages of residual blocks, with a 2x2 convolution that halves the image between stages; global
 * average pooling, layer norm and a dense layer. A block is a depthwise 7x7 convolution, layer norm over the channels,
 * 1x1 convolutions to four times the channels and back with gelu between them, and a trained factor per channel.
 *
 * Weights are initialized from a truncated normal distribution of deviation 0.02, biases to 0. Images have at least
 * patch * 2 ** (stages - 1) pixels per side, 8 by default. Parameters have the names of the authors' code.
 * @param imageShape [channels, height, width]
 * @param classes number of classes
 * @param options defaults are listed at each option
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range, or the images are too small
 */
export function convnext(imageShape: ImageShape, classes: number, options: ConvnextOptions = {}): Model<"output"> {
  checkOptions("convnext", options, convnextChecks.options);
  const { widths = WIDTHS, depths = [2, 2, 6], patch = 2, layerScale = 1e-6 } = options;
  const { initializer = "truncatedNormal" } = options;
  if (widths.length !== depths.length) {
    const found = `widths ${JSON.stringify(widths)}, depths ${JSON.stringify(depths)}`;
    fail("convnext", `${found}. Expected one width and one depth per stage.`);
  }
  const blocks = depths.reduce((sum, depth) => sum + depth, 0);
  if (blocks > MOST_BLOCKS) fail("convnext", `depths: ${blocks} blocks. Expected at most ${MOST_BLOCKS}.`);
  const initial = { initializer, biasInitializer: "zeros" } as const;
  return defineModel("convnext", imageShape, classes, (scope, images) => {
    checkImageSize("convnext", images, convnextChecks.smallestSide(options));
    let x = images;
    for (const [stage, width] of widths.entries()) {
      x = scope.within(`downsample_layers.${stage}`, () =>
        stage === 0
          ? channelNorm(scope, "1", conv2d(scope, "0", x, width, { kernel: patch, stride: patch, ...initial }))
          : conv2d(scope, "1", channelNorm(scope, "0", x), width, { kernel: 2, stride: 2, ...initial }),
      );
      for (let i = 0; i < at(depths, stage); i++) {
        x = scope.within(`stages.${stage}.${i}`, () => convnextBlock(scope, x, { names: NAMES, layerScale, initial }));
      }
    }
    return dense(
      scope,
      "head",
      layerNorm(scope, "norm", globalAveragePool(x), { eps: CONVNEXT_EPS }),
      classes,
      initial,
    );
  });
}

/** Names of the authors' code. */
const NAMES = { spatial: "dwconv", norm: "norm", widen: "pwconv1", narrow: "pwconv2", scale: "gamma" };
