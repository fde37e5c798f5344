import type { ImageShape } from "@downhill/optim/image";
import type { Tensor } from "../core/tensor.ts";
import { batchNorm } from "../layers/batch-norm.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { type WhiteningOptions, whitening } from "../layers/whitening.ts";
import type { InitializerOption } from "../model/initializers.ts";
import { defineModel, type Model } from "../model/model.ts";
import type { Scope } from "../model/scope.ts";
import { add } from "../ops/add.ts";
import { flatten } from "../ops/flatten.ts";
import { gelu } from "../ops/gelu.ts";
import { maxPool2d } from "../ops/max-pool2d.ts";
import { mul } from "../ops/mul.ts";
import { globalMaxPool } from "./global-max-pool.ts";
import {
  checkImageSize,
  checkOptions,
  count,
  counts,
  finite,
  flag,
  initializer,
  type ModelChecks,
  type ModelOptions,
  notNegative,
  object,
  oneOf,
  share,
} from "./options.ts";

export interface AirbenchOptions extends ModelOptions {
  /** Number of channels of each group. Each group halves the image. Default [64, 256, 256]. */
  readonly widths?: readonly number[];
  /** Convolutions per group: 2, or 3 with a residual connection around the last two. Default 2. */
  readonly depth?: number;
  /** Options of the whitening layer. */
  readonly whitening?: WhiteningOptions;
  /** Weight of the new batch in the running statistics of batch norm, above 0 and at most 1. Default 0.4. */
  readonly momentum?: number;
  /** Factor of the logits. Default 1/9. */
  readonly logitScale?: number;
}

const WIDTHS: readonly number[] = [64, 256, 256];

export const airbenchChecks: ModelChecks<AirbenchOptions> = {
  options: {
    // Each group halves the image.
    widths: counts(1, 12),
    depth: oneOf(2, 3),
    whitening: object<WhiteningOptions>({ kernel: count, filters: count, padded: flag, bias: flag, eps: notNegative }),
    momentum: share,
    logitScale: finite,
    initializer,
  },
  smallestSide({ widths = WIDTHS, whitening: { kernel = 2, padded = false } = {} }) {
    return 2 ** widths.length + (padded ? 0 : kernel - 1);
  },
};

/**
 * Defines the network of K. Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU",
 * https://arxiv.org/abs/2404.00498. It reaches the best accuracy per unit of computation on small images.
 *
 * Layers: a whitening layer with gelu; groups of two 3x3 convolutions, each with batch norm (without scale) and gelu,
 * with 2x2 max pooling after the first convolution; global max pooling; a dense layer without bias, whose logits are
 * scaled down. Convolutions are initialized to pass their input on. Call `adapt` with training images before the first
 * step.
 * @param imageShape [channels, height, width]
 * @param classes number of classes
 * @param options defaults are listed at each option
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range, or the images are too small
 */
export function airbench(imageShape: ImageShape, classes: number, options: AirbenchOptions = {}): Model<"output"> {
  checkOptions("airbench", options, airbenchChecks.options);
  const { widths = WIDTHS, depth = 2, momentum = 0.4, logitScale = 1 / 9, initializer } = options;
  return defineModel("airbench", imageShape, classes, (scope, images) => {
    checkImageSize("airbench", images, airbenchChecks.smallestSide(options));
    let x = gelu(whitening(scope, "whiten", images, options.whitening));
    for (const [i, width] of widths.entries()) {
      x = scope.within(`group${i + 1}`, () => group(scope, x, { width, depth, momentum, initializer }));
    }
    const features = flatten(globalMaxPool(x));
    return mul(dense(scope, "head", features, classes, { bias: false, initializer }), logitScale);
  });
}

/**
 * Largest variance of a channel without signal. Whitened images have a variance of about 1 in each channel with signal,
 * and only rounding errors below 1e-8 in the others, such as those of flat images. A batch norm would amplify these
 * errors to noise and multiply their gradients by a million.
 */
const MIN_VARIANCE = 1e-6;

interface GroupOptions {
  readonly width: number;
  readonly depth: number;
  readonly momentum: number;
  readonly initializer: InitializerOption | undefined;
}

function group(scope: Scope, x: Tensor, { width, depth, momentum, initializer = "dirac" }: GroupOptions): Tensor {
  const convolution = (i: number, input: Tensor): Tensor =>
    conv2d(scope, `conv${i}`, input, width, { kernel: 3, padding: 1, bias: false, initializer });
  const norm = (i: number, input: Tensor): Tensor =>
    batchNorm(scope, `norm${i}`, input, { eps: 1e-12, minVariance: MIN_VARIANCE, momentum, scale: false });
  const first = gelu(norm(1, maxPool2d(convolution(1, x), { kernel: 2 })));
  const second = gelu(norm(2, convolution(2, first)));
  return depth === 2 ? second : gelu(add(norm(3, convolution(3, second)), first));
}
