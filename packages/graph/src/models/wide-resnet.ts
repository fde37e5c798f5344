import type { ImageShape } from "@downhill/optim/image";
import type { Tensor } from "../core/tensor.ts";
import { batchNorm } from "../layers/batch-norm.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import type { InitializerOption } from "../model/initializers.ts";
import { defineModel, type Model } from "../model/model.ts";
import type { Scope } from "../model/scope.ts";
import { add } from "../ops/add.ts";
import { globalAveragePool } from "../ops/global-average-pool.ts";
import { relu } from "../ops/relu.ts";
import { convolution } from "./convolution.ts";
import {
  checkOptions,
  count,
  depth as depthOf,
  initializer,
  type ModelChecks,
  type ModelOptions,
  probability,
} from "./options.ts";

export interface WideResnetOptions extends ModelOptions {
  /** Number of layers, 6 n + 4 for three stages of n blocks: 10, 16, 22, 28, 40. Default 16. */
  readonly depth?: number;
  /** Widening factor k: the stages have 16 k, 32 k and 64 k channels. Default 4. */
  readonly widening?: number;
  /** Probability that training drops an element between the convolutions of a block, from 0 to below 1. Default 0. */
  readonly dropout?: number;
}

export const wideResnetChecks: ModelChecks<WideResnetOptions> = {
  options: { depth: depthOf(6, 4, "10, 16, 22, 28 or 40"), widening: count, dropout: probability, initializer },
  smallestSide: () => 1,
};

/**
 * Defines a wide residual network, after Zagoruyko and Komodakis, https://arxiv.org/abs/1605.07146. The default is
 * WRN-16-4, the network of Smith et al., https://arxiv.org/abs/1711.00489.
 *
 * Batch norm and relu precede each convolution. Where the shape changes, the shortcut is a 1x1 convolution.
 * @param imageShape [channels, height, width]
 * @param classes number of classes
 * @param options defaults are listed at each option
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range, or the images are too small
 */
export function wideResnet(imageShape: ImageShape, classes: number, options: WideResnetOptions = {}): Model<"output"> {
  checkOptions("wideResnet", options, wideResnetChecks.options);
  const { depth = 16, widening = 4, dropout: p = 0, initializer } = options;
  const blocks = (depth - 4) / 6;
  return defineModel(`wideResnet${depth}-${widening}`, imageShape, classes, (scope, images) => {
    let x = convolution(scope, "conv1", images, 16, { kernel: 3, initializer });
    for (const stage of [0, 1, 2]) {
      for (let i = 0; i < blocks; i++) {
        const stride = stage > 0 && i === 0 ? 2 : 1;
        const width = 16 * widening * 2 ** stage;
        x = scope.within(`layer${stage + 1}.${i}`, () => block(scope, x, { width, stride, p, initializer }));
      }
    }
    return dense(scope, "fc", globalAveragePool(relu(batchNorm(scope, "bn", x))), classes, { initializer });
  });
}

interface BlockOptions {
  readonly width: number;
  readonly stride: number;
  /** Probability of dropout. */
  readonly p: number;
  readonly initializer: InitializerOption | undefined;
}

function block(scope: Scope, x: Tensor, { width: out, stride, p, initializer }: BlockOptions): Tensor {
  const active = relu(batchNorm(scope, "bn1", x));
  const inner = convolution(scope, "conv1", active, out, { kernel: 3, stride, initializer });
  const kept = dropout(scope, "dropout", relu(batchNorm(scope, "bn2", inner)), p);
  const y = convolution(scope, "conv2", kept, out, { kernel: 3, initializer });
  const same = stride === 1 && x.shape[1] === out;
  return add(y, same ? x : convolution(scope, "shortcut", active, out, { kernel: 1, stride, initializer }));
}
