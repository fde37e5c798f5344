import type { ImageShape } from "@downhill/optim/image";
import type { Tensor } from "../core/tensor.ts";
import { batchNorm } from "../layers/batch-norm.ts";
import { dense } from "../layers/dense.ts";
import type { InitializerOption } from "../model/initializers.ts";
import { defineModel, type Model } from "../model/model.ts";
import type { Scope } from "../model/scope.ts";
import { add } from "../ops/add.ts";
import { globalAveragePool } from "../ops/global-average-pool.ts";
import { relu } from "../ops/relu.ts";
import { type ConvolutionOptions, convolution } from "./convolution.ts";
import { checkOptions, count, depth as depthOf, initializer, type ModelChecks, type ModelOptions } from "./options.ts";

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
    let x = relu(normalized(scope, "conv1", "bn1", images, width, { kernel: 3, initializer }));
    for (const stage of [0, 1, 2]) {
      for (let i = 0; i < blocks; i++) {
        const stride = stage > 0 && i === 0 ? 2 : 1;
        x = scope.within(`layer${stage + 1}.${i}`, () => block(scope, x, width * 2 ** stage, stride, initializer));
      }
    }
    return dense(scope, "fc", globalAveragePool(x), classes, { initializer });
  });
}

/** Adds two 3x3 convolutions with a residual connection. */
function block(
  scope: Scope,
  x: Tensor,
  out: number,
  stride: number,
  initializer: InitializerOption | undefined,
): Tensor {
  const inner = relu(normalized(scope, "conv1", "bn1", x, out, { kernel: 3, stride, initializer }));
  const y = normalized(scope, "conv2", "bn2", inner, out, { kernel: 3, initializer });
  const same = stride === 1 && x.shape[1] === out;
  const project = (): Tensor => normalized(scope, "0", "1", x, out, { kernel: 1, stride, initializer });
  return relu(add(y, same ? x : scope.within("downsample", project)));
}

/** Adds a convolution, and a batch norm named `norm`. */
function normalized(
  scope: Scope,
  name: string,
  norm: string,
  x: Tensor,
  out: number,
  options: ConvolutionOptions,
): Tensor {
  return batchNorm(scope, norm, convolution(scope, name, x, out, options));
}
