import type { ImageShape } from "@downhill/optim/image";
import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { type InitializerOption, normal } from "../model/initializers.ts";
import { defineModel, type Model } from "../model/model.ts";
import type { Scope } from "../model/scope.ts";
import { add } from "../ops/add.ts";
import { clamp } from "../ops/clamp.ts";
import { globalAveragePool } from "../ops/global-average-pool.ts";
import { normalizedConvolution } from "./convolution.ts";
import { numberedConvolution } from "./inverted-residual.ts";
import { checkOptions, initializer, type ModelChecks, type ModelOptions, probability } from "./options.ts";

export interface MobilenetV2Options extends ModelOptions {
  /** Probability that training drops an element before the last layer, from 0 to below 1. Default 0.2. */
  readonly dropout?: number;
}

export const mobilenetV2Checks: ModelChecks<MobilenetV2Options> = {
  options: { dropout: probability, initializer },
  smallestSide: () => 1,
};

/** Expansion factor, channels, number of blocks and first stride of each stage. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/**
 * Defines MobileNetV2, after Sandler et al., https://arxiv.org/abs/1801.04381, with the parameter names of torchvision's
 * `mobilenet_v2`, whose weights it can start from.
 *
 * Layers: a 3x3 convolution of stride 2; inverted residual blocks with depthwise convolutions and relu6; a 1x1
 * convolution to 1280 channels; global average pooling; dropout; a dense layer.
 * @param imageShape [channels, height, width]; ImageNet's is [3, 224, 224]
 * @param classes number of classes
 * @param options defaults are listed at each option
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range
 */
export function mobilenetV2(
  imageShape: ImageShape,
  classes: number,
  options: MobilenetV2Options = {},
): Model<"output"> {
  checkOptions("mobilenetV2", options, mobilenetV2Checks.options);
  const { dropout: p = 0.2, initializer } = options;
  const shared = { batchNorm: {}, initializer };
  return defineModel("mobilenetV2", imageShape, classes, (scope, images) => {
    const features = scope.within("features", () => {
      let i = 0;
      let x = relu6(numberedConvolution(scope, i++, images, 32, { kernel: 3, stride: 2, ...shared }));
      for (const [expansion, out, blocks, first] of STAGES) {
        for (let n = 0; n < blocks; n++) {
          const options = { expansion, out, stride: n === 0 ? first : 1, initializer };
          x = scope.within(`${i++}`, () => block(scope, x, options));
        }
      }
      return relu6(numberedConvolution(scope, i, x, 1280, { kernel: 1, ...shared }));
    });
    const kept = dropout(scope, "classifier.0", globalAveragePool(features), p);
    const initial = { initializer: initializer ?? normal(0.01), biasInitializer: "zeros" } as const;
    return dense(scope, "classifier.1", kept, classes, initial);
  });
}

const relu6 = (x: Tensor): Tensor => clamp(x, { min: 0, max: 6 });

interface BlockOptions {
  readonly expansion: number;
  readonly out: number;
  readonly stride: number;
  readonly initializer: InitializerOption | undefined;
}

function block(scope: Scope, x: Tensor, { expansion, out, stride, initializer }: BlockOptions): Tensor {
  const channels = at(x.shape, 1);
  const expanded = channels * expansion;
  const shared = { batchNorm: {}, initializer };
  const result = scope.within("conv", () => {
    let i = 0;
    const inner = expansion === 1 ? x : relu6(numberedConvolution(scope, i++, x, expanded, { kernel: 1, ...shared }));
    const window = { kernel: 3, stride, groups: expanded };
    const spatial = relu6(numberedConvolution(scope, i++, inner, expanded, { ...window, ...shared }));
    const names = { conv: `${i}`, norm: `${i + 1}` };
    return normalizedConvolution(scope, names, spatial, out, { kernel: 1, ...shared });
  });
  return stride === 1 && channels === out ? add(x, result) : result;
}
