import type { ImageShape } from "@downhill/optim/image";
import type { Tensor } from "../core/tensor.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { normal } from "../model/initializers.ts";
import { defineModel, type Model } from "../model/model.ts";
import { add } from "../ops/add.ts";
import { clamp } from "../ops/clamp.ts";
import { globalAveragePool } from "../ops/global-average-pool.ts";
import { hardswish } from "../ops/hardswish.ts";
import { mul } from "../ops/mul.ts";
import { relu } from "../ops/relu.ts";
import { invertedResidual, numberedConvolution } from "./inverted-residual.ts";
import {
  checkOptions,
  initializer,
  type ModelChecks,
  type ModelOptions,
  notNegative,
  oneOf,
  probability,
} from "./options.ts";

export interface MobilenetV3Options extends ModelOptions {
  /** Variant: "large" has 5.5 million parameters with ImageNet's 1000 classes, "small" 2.5 million. Default "large". */
  readonly size?: "large" | "small";
  /** Probability that training drops an element before the last layer, from 0 to below 1. Default 0.2. */
  readonly dropout?: number;
  /** Number that batch norms add to the variance. Default 1e-3, as in torchvision; timm's networks have 1e-5. */
  readonly eps?: number;
}

export const mobilenetV3Checks: ModelChecks<MobilenetV3Options> = {
  options: { size: oneOf("large", "small"), dropout: probability, eps: notNegative, initializer },
  smallestSide: () => 1,
};

/** Kernel, expanded channels, channels, squeeze and excitation, activation and stride of each block. */
type Block = readonly [
  kernel: number,
  expanded: number,
  out: number,
  squeezes: boolean,
  activation: "relu" | "hardswish",
  stride: number,
];

interface Variant {
  readonly blocks: readonly Block[];
  /** Width of the layer before the last. */
  readonly hidden: number;
}

const VARIANTS: Readonly<Record<"large" | "small", Variant>> = {
  large: {
    blocks: [
      [3, 16, 16, false, "relu", 1],
      [3, 64, 24, false, "relu", 2],
      [3, 72, 24, false, "relu", 1],
      [5, 72, 40, true, "relu", 2],
      [5, 120, 40, true, "relu", 1],
      [5, 120, 40, true, "relu", 1],
      [3, 240, 80, false, "hardswish", 2],
      [3, 200, 80, false, "hardswish", 1],
      [3, 184, 80, false, "hardswish", 1],
      [3, 184, 80, false, "hardswish", 1],
      [3, 480, 112, true, "hardswish", 1],
      [3, 672, 112, true, "hardswish", 1],
      [5, 672, 160, true, "hardswish", 2],
      [5, 960, 160, true, "hardswish", 1],
      [5, 960, 160, true, "hardswish", 1],
    ],
    hidden: 1280,
  },
  small: {
    blocks: [
      [3, 16, 16, true, "relu", 2],
      [3, 72, 24, false, "relu", 2],
      [3, 88, 24, false, "relu", 1],
      [5, 96, 40, true, "hardswish", 2],
      [5, 240, 40, true, "hardswish", 1],
      [5, 240, 40, true, "hardswish", 1],
      [5, 120, 48, true, "hardswish", 1],
      [5, 144, 48, true, "hardswish", 1],
      [5, 288, 96, true, "hardswish", 2],
      [5, 576, 96, true, "hardswish", 1],
      [5, 576, 96, true, "hardswish", 1],
    ],
    hidden: 1024,
  },
};

/** Weight of a new batch in the running statistics. */
const MOMENTUM = 0.01;

/**
 * Defines MobileNetV3, after Howard et al., https://arxiv.org/abs/1905.02244, with the parameter names of torchvision's
 * `mobilenet_v3_large` and `mobilenet_v3_small`, whose weights it can start from.
 *
 * Layers: a 3x3 convolution of stride 2; inverted residual blocks with depthwise convolutions, squeeze and excitation,
 * relu and hard swish; a 1x1 convolution; global average pooling; a hidden layer; dropout; a dense layer.
 * @param imageShape [channels, height, width]; ImageNet's is [3, 224, 224]
 * @param classes number of classes
 * @param options defaults are listed at each option
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range
 * @example const model = mobilenetV3([3, 224, 224], 10, { size: "small" });
 */
export function mobilenetV3(
  imageShape: ImageShape,
  classes: number,
  options: MobilenetV3Options = {},
): Model<"output"> {
  checkOptions("mobilenetV3", options, mobilenetV3Checks.options);
  const { size = "large", dropout: p = 0.2, eps = 1e-3, initializer } = options;
  const { blocks, hidden } = VARIANTS[size];
  const shared = { batchNorm: { eps, momentum: MOMENTUM }, initializer };
  const name = size === "large" ? "mobilenetV3Large" : "mobilenetV3Small";
  return defineModel(name, imageShape, classes, (scope, images) => {
    const features = scope.within("features", () => {
      let x = hardswish(numberedConvolution(scope, 0, images, 16, { kernel: 3, stride: 2, ...shared }));
      for (const [i, [kernel, expanded, out, squeezes, activation, stride]] of blocks.entries()) {
        const squeeze = divisible(expanded / 4);
        const options = {
          ...{ kernel, expanded, out, stride, ...shared },
          activation: activation === "relu" ? relu : hardswish,
          excitation: squeezes ? { squeeze, activation: relu, gate: hardSigmoid } : null,
        };
        x = scope.within(`${i + 1}`, () => invertedResidual(scope, x, options));
      }
      const width = 6 * (x.shape[1] as number);
      return hardswish(numberedConvolution(scope, blocks.length + 1, x, width, { kernel: 1, ...shared }));
    });
    const initial = { initializer: initializer ?? normal(0.01), biasInitializer: "zeros" } as const;
    const inner = hardswish(dense(scope, "classifier.0", globalAveragePool(features), hidden, initial));
    return dense(scope, "classifier.3", dropout(scope, "classifier.2", inner, p), classes, initial);
  });
}

/** Returns the multiple of 8 that is nearest to a number of channels, and at least 90% of it. */
function divisible(channels: number): number {
  const nearest = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return nearest < 0.9 * channels ? nearest + 8 : nearest;
}

const hardSigmoid = (x: Tensor): Tensor => clamp(add(mul(x, 1 / 6), 0.5), { min: 0, max: 1 });
