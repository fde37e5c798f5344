import type { ImageShape } from "@downhill/optim/image";
import { dense } from "../layers/dense.ts";
import { defineModel, type Model } from "../model/model.ts";
import { globalAveragePool } from "../ops/global-average-pool.ts";
import { maxPool2d } from "../ops/max-pool2d.ts";
import { relu } from "../ops/relu.ts";
import { normalizedConvolution } from "./convolution.ts";
import { checkOptions, initializer, type ModelChecks, type ModelOptions } from "./options.ts";
import { basicBlock, bottleneck, type ResidualBlock } from "./residual-blocks.ts";

export const imagenetResnetChecks: ModelChecks<ModelOptions> = { options: { initializer }, smallestSide: () => 1 };

/**
 * Defines ResNet-18 for ImageNet, after He et al., https://arxiv.org/abs/1512.03385, with the parameter names of
 * torchvision's `resnet18`, whose weights it can start from.
 *
 * Layers: a 7x7 convolution and 3x3 max pooling, each of stride 2; four stages of residual blocks of 64 to 512 channels;
 * global average pooling; a dense layer. `resnet` is the network for small images.
 * @param imageShape [channels, height, width]; ImageNet's is [3, 224, 224]
 * @param classes number of classes
 * @param options `initializer`; default He et al.'s for convolutions, PyTorch's for the dense layer
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range
 */
export const resnet18 = (imageShape: ImageShape, classes: number, options: ModelOptions = {}): Model<"output"> =>
  imagenetResnet({ name: "resnet18", block: basicBlock, depths: [2, 2, 2, 2] }, imageShape, classes, options);

/**
 * Defines ResNet-34 for ImageNet: `resnet18` with 3, 4, 6 and 3 blocks. torchvision: `resnet34`.
 * @param imageShape [channels, height, width]; ImageNet's is [3, 224, 224]
 * @param classes number of classes
 * @param options as of `resnet18`
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range
 */
export const resnet34 = (imageShape: ImageShape, classes: number, options: ModelOptions = {}): Model<"output"> =>
  imagenetResnet({ name: "resnet34", block: basicBlock, depths: [3, 4, 6, 3] }, imageShape, classes, options);

/**
 * Defines ResNet-50 for ImageNet: `resnet34` with blocks of three convolutions, which return four times the channels.
 * torchvision: `resnet50`, whose 3x3 convolutions have the stride (ResNet v1.5).
 * @param imageShape [channels, height, width]; ImageNet's is [3, 224, 224]
 * @param classes number of classes
 * @param options as of `resnet18`
 * @returns a model of images [batch, ...imageShape] to logits [batch, classes]
 * @throws GraphError if an option is unknown or out of its range
 */
export const resnet50 = (imageShape: ImageShape, classes: number, options: ModelOptions = {}): Model<"output"> =>
  imagenetResnet({ name: "resnet50", block: bottleneck, depths: [3, 4, 6, 3] }, imageShape, classes, options);

interface Structure {
  readonly name: string;
  readonly block: ResidualBlock;
  /** Number of blocks of each stage. */
  readonly depths: readonly number[];
}

function imagenetResnet(
  { name, block, depths }: Structure,
  imageShape: ImageShape,
  classes: number,
  options: ModelOptions,
): Model<"output"> {
  checkOptions(name, options, imagenetResnetChecks.options);
  const { initializer } = options;
  return defineModel(name, imageShape, classes, (scope, images) => {
    const names = { conv: "conv1", norm: "bn1" };
    const stem = relu(normalizedConvolution(scope, names, images, 64, { kernel: 7, stride: 2, initializer }));
    let x = maxPool2d(stem, { kernel: 3, stride: 2, padding: 1 });
    for (const [stage, blocks] of depths.entries()) {
      for (let i = 0; i < blocks; i++) {
        const blockOptions = { width: 64 * 2 ** stage, stride: stage > 0 && i === 0 ? 2 : 1, initializer };
        x = scope.within(`layer${stage + 1}.${i}`, () => block(scope, x, blockOptions));
      }
    }
    return dense(scope, "fc", globalAveragePool(x), classes, { initializer });
  });
}
