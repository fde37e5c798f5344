import type { ImageShape } from "@downhill/optim/image";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { layerNorm } from "../layers/layer-norm.ts";
import { filled, type InitializerOption } from "../model/initializers.ts";
import { defineModel, type Model } from "../model/model.ts";
import type { Scope } from "../model/scope.ts";
import { add } from "../ops/add.ts";
import { gelu } from "../ops/gelu.ts";
import { globalAveragePool } from "../ops/global-average-pool.ts";
import { mul } from "../ops/mul.ts";
import { transpose } from "../ops/transpose.ts";
import {
  checkImageSize,
  checkOptions,
  count,
  counts,
  finite,
  initializer,
  type ModelOptions,
  type ModelRules,
} from "./options.ts";

export interface ConvnextOptions extends ModelOptions {
  /** The channels of each stage; default [40, 80, 160], the first three of ConvNeXt-Atto. */
  readonly widths?: readonly number[];
  /** The blocks of each stage, as many stages as widths; default [2, 2, 6]. */
  readonly depths?: readonly number[];
  /** The side of the patches that the first layer makes one pixel of: 2 (default), or 1 for more detail and work. */
  readonly patch?: number;
  /** What the factors of the blocks' results begin at; default 1e-6. */
  readonly layerScale?: number;
}

const WIDTHS: readonly number[] = [40, 80, 160];

export const convnextRules: ModelRules<ConvnextOptions> = {
  // Each stage but the first halves the image.
  options: { widths: counts(1, 12), depths: counts(1, 12), patch: count, layerScale: finite, initializer },
  smallestSide: ({ widths = WIDTHS, patch = 2 }) => patch * 2 ** (widths.length - 1),
};

/** Blocks in all stages: the largest of the paper has 36. */
const MOST_BLOCKS = 200;

/**
 * A ConvNeXt for small images, after Liu et al., https://arxiv.org/abs/2201.03545: patches; stages of blocks (a depthwise
 * 7x7 convolution, layer norm over the channels, 1x1 convolutions to four times the channels and back with gelu between,
 * a learned factor a channel, around which the input is added), between which 2x2 convolutions halve the image; global
 * average pooling, layer norm and a dense layer. No stochastic depth. Weights begin truncated normal with a deviation of
 * 0.02, biases at 0. Images of at least patch * 2 ** (stages - 1), 8 x 8 by default. Names are those of the authors' code.
 */
export function convnext(imageShape: ImageShape, classes: number, options: ConvnextOptions = {}): Model {
  checkOptions("convnext", options, convnextRules.options);
  const { widths = WIDTHS, depths = [2, 2, 6], patch = 2, layerScale = 1e-6 } = options;
  const { initializer = "truncatedNormal" } = options;
  if (widths.length !== depths.length) {
    const found = `widths ${JSON.stringify(widths)}, depths ${JSON.stringify(depths)}`;
    fail("convnext", `${found}: expected one of each for every stage`);
  }
  const blocks = depths.reduce((sum, depth) => sum + depth, 0);
  if (blocks > MOST_BLOCKS) fail("convnext", `depths: ${blocks} blocks: expected at most ${MOST_BLOCKS}`);
  const initial = { initializer, biasInitializer: "zeros" } as const;
  return defineModel("convnext", imageShape, classes, (scope, images) => {
    checkImageSize("convnext", images, convnextRules.smallestSide(options));
    let x = images;
    for (const [stage, width] of widths.entries()) {
      x = scope.within(`downsample_layers.${stage}`, () =>
        stage === 0
          ? channelNorm(scope, "1", conv2d(scope, "0", x, width, { kernel: patch, stride: patch, ...initial }))
          : conv2d(scope, "1", channelNorm(scope, "0", x), width, { kernel: 2, stride: 2, ...initial }),
      );
      for (let i = 0; i < (depths[stage] as number); i++) {
        x = scope.within(`stages.${stage}.${i}`, () => block(scope, x, layerScale, initial));
      }
    }
    return dense(scope, "head", layerNorm(scope, "norm", globalAveragePool(x), { eps: EPS }), classes, initial);
  });
}

const EPS = 1e-6;

interface Initial {
  readonly initializer: InitializerOption;
  readonly biasInitializer: InitializerOption;
}

function block(scope: Scope, x: Tensor, layerScale: number, initial: Initial): Tensor {
  const width = x.shape[1] as number;
  const spatial = conv2d(scope, "dwconv", x, width, { kernel: 7, padding: 3, groups: width, ...initial });
  // Between layer norm and here channels are last, so that 1x1 convolutions are matrix products.
  const normal = layerNorm(scope, "norm", channelsLast(spatial), { eps: EPS });
  const inner = gelu(dense(scope, "pwconv1", normal, 4 * width, initial));
  const y = dense(scope, "pwconv2", inner, width, initial);
  const scaled = mul(y, scope.parameter("gamma", [width], filled(layerScale)));
  scope.record("layerScale", scaled, width, sizeOf(scaled.shape));
  return add(x, channelsFirst(scaled));
}

const channelsLast = (x: Tensor): Tensor => transpose(x, [0, 2, 3, 1]);
const channelsFirst = (x: Tensor): Tensor => transpose(x, [0, 3, 1, 2]);

/** Layer norm over the channels of each pixel. */
const channelNorm = (scope: Scope, name: string, x: Tensor): Tensor =>
  channelsFirst(layerNorm(scope, name, channelsLast(x), { eps: EPS }));
