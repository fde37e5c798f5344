import type { ImageShape } from "@downhill/optim/image";
import { dense } from "../layers/dense.ts";
import { defineModel, type Model } from "../model/model.ts";
import { globalAveragePool } from "../ops/global-average-pool.ts";
import { relu } from "../ops/relu.ts";
import { normalizedConvolution } from "./convolution.ts";
import { checkOptions, count, depth as depthOf, initializer, type ModelChecks, type ModelOptions } from "./options.ts";
import { basicBlock } from "./residual-blocks.ts";

export interface ResnetOptions extends ModelOptions {
  /** Number of layers, 6 n + 2 for three stages of n blocks: 8, 14, 20, ... 110. Default 20. */
  readonly depth?: number;
  /** Number of channels of the first stage; the other stages have two and four times as many. Default 16. */
  readonly width?: number;
}

export const resnetChecks: ModelChecks<ResnetOptions> = {
  options: { depth: depthOf(6, 2, "8, 14, 20, 26, 32, 44, 56 or 110"), width: count, initializer },
  smallestSide: () => 1,
};

/**
 * Defines a residual network for small images, after He et al., https://arxiv.org/abs/1512.03385, section 4.2.
 *
 * Layers: a 3x3 convolution; three stages of residual blocks, with a stride of 2 at the start of the second and third
 * stage; global average pooling; a dense layer. Where the shape changes, the shortcut is a 1x1 convolution with batch
 * norm.
 * @param imageShape [channels, height, width]
 * @param classes number of classes
 * @param options defaults are listed at each option
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range, or the images are too small
 */
export function resnet(imageShape: ImageShape, classes: number, options: ResnetOptions = {}): Model<"output"> {
  checkOptions("resnet", options, resnetChecks.options);
  const { depth = 20, width = 16, initializer } = options;
  const blocks = (depth - 2) / 6;
  return defineModel(`resnet${depth}`, imageShape, classes, (scope, images) => {
    const stem = { conv: "conv1", norm: "bn1" };
    let x = relu(normalizedConvolution(scope, stem, images, width, { kernel: 3, initializer }));
    for (const stage of [0, 1, 2]) {
      for (let i = 0; i < blocks; i++) {
        const stride = stage > 0 && i === 0 ? 2 : 1;
        const options = { width: width * 2 ** stage, stride, initializer };
        x = scope.within(`layer${stage + 1}.${i}`, () => basicBlock(scope, x, options));
      }
    }
    return dense(scope, "fc", globalAveragePool(x), classes, { initializer });
  });
}
