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
import {
  checkImageSize,
  checkOptions,
  count,
  counts,
  finite,
  flag,
  initializer,
  type ModelOptions,
  type ModelRules,
  notNegative,
  object,
  oneOf,
  share,
} from "./options.ts";

export interface AirbenchOptions extends ModelOptions {
  /** The channels of each group, each of which halves the image; default [64, 256, 256]. */
  readonly widths?: readonly number[];
  /** Convolutions in a group: 2 (default), or 3, around whose last two the input is added. */
  readonly depth?: number;
  /** Of the first layer. */
  readonly whitening?: WhiteningOptions;
  /** Share of the new batch in the running statistics of batch norm; default 0.4. */
  readonly momentum?: number;
  /** What the logits are multiplied by; default 1/9. */
  readonly logitScale?: number;
}

const WIDTHS: readonly number[] = [64, 256, 256];

export const airbenchRules: ModelRules<AirbenchOptions> = {
  options: {
    // Each halves the image.
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
 * The network of K. Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", https://arxiv.org/abs/2404.00498: the best
 * accuracy for its work on small images. A whitening layer with gelu; groups of two 3x3 convolutions, each with batch
 * norm without scale and gelu, and 2x2 max pooling after the first; the largest of each channel; a dense layer without
 * bias, scaled down. Convolutions begin as the identity, as far as it goes. `adapt` the network to images before its
 * first step.
 */
export function airbench(imageShape: ImageShape, classes: number, options: AirbenchOptions = {}): Model {
  checkOptions("airbench", options, airbenchRules.options);
  const { widths = WIDTHS, depth = 2, momentum = 0.4, logitScale = 1 / 9, initializer } = options;
  return defineModel("airbench", imageShape, classes, (scope, images) => {
    checkImageSize("airbench", images, airbenchRules.smallestSide(options));
    let x = gelu(whitening(scope, "whiten", images, options.whitening));
    for (const [i, width] of widths.entries()) {
      x = scope.within(`group${i + 1}`, () => group(scope, x, { width, depth, momentum, initializer }));
    }
    const [, , height, across] = x.shape as readonly [number, number, number, number];
    const features = flatten(maxPool2d(x, { kernel: [height, across] }));
    return mul(dense(scope, "head", features, classes, { bias: false, initializer }), logitScale);
  });
}

/**
 * Whitened images have a variance of about 1 in each channel that means something. In directions in which they do not
 * differ, as in flat images, only rounding errors are left, below 1e-8: normalized, these would be noise, and their
 * gradients grow a millionfold in each of the norms.
 */
const MIN_VARIANCE = 1e-6;

interface GroupOptions {
  readonly width: number;
  readonly depth: number;
  readonly momentum: number;
  readonly initializer: InitializerOption | undefined;
}

function group(scope: Scope, x: Tensor, { width, depth, momentum, initializer = "dirac" }: GroupOptions): Tensor {
  const convolution = (i: number, of: Tensor): Tensor =>
    conv2d(scope, `conv${i}`, of, width, { kernel: 3, padding: 1, bias: false, initializer });
  const norm = (i: number, of: Tensor): Tensor =>
    batchNorm(scope, `norm${i}`, of, { eps: 1e-12, minVariance: MIN_VARIANCE, momentum, scale: false });
  const first = gelu(norm(1, maxPool2d(convolution(1, x), { kernel: 2 })));
  const second = gelu(norm(2, convolution(2, first)));
  return depth === 2 ? second : gelu(add(norm(3, convolution(3, second)), first));
}
