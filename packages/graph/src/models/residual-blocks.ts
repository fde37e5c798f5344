import type { Tensor } from "../core/tensor.ts";
import type { InitializerOption } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { add } from "../ops/add.ts";
import { relu } from "../ops/relu.ts";
import { type ConvolutionOptions, normalizedConvolution } from "./convolution.ts";

/** Options of a residual block. */
export interface BlockOptions {
  /** Number of channels of the 3x3 convolutions. */
  readonly width: number;
  /** Stride of the block: 2 halves the images. */
  readonly stride: number;
  readonly initializer: InitializerOption | undefined;
}

/** Adds a residual block; the shortcut is a 1x1 convolution with batch norm where the shape changes. */
export type ResidualBlock = (scope: Scope, x: Tensor, options: BlockOptions) => Tensor;

/** Adds two 3x3 convolutions with a residual connection. torchvision: `BasicBlock`. */
export const basicBlock: ResidualBlock = (scope, x, { width, stride, initializer }) => {
  const inner = relu(normalized(scope, 1, x, width, { kernel: 3, stride, initializer }));
  const y = normalized(scope, 2, inner, width, { kernel: 3, initializer });
  return relu(add(y, shortcut(scope, x, width, { kernel: 1, stride, initializer })));
};

/** Factor of the channels that a bottleneck returns. */
const EXPANSION = 4;

/**
 * Adds a 1x1, a 3x3 and a 1x1 convolution to four times the channels, with a residual connection. The 3x3 convolution
 * has the stride. torchvision: `Bottleneck`.
 */
export const bottleneck: ResidualBlock = (scope, x, { width, stride, initializer }) => {
  const reduced = relu(normalized(scope, 1, x, width, { kernel: 1, initializer }));
  const inner = relu(normalized(scope, 2, reduced, width, { kernel: 3, stride, initializer }));
  const y = normalized(scope, 3, inner, EXPANSION * width, { kernel: 1, initializer });
  return relu(add(y, shortcut(scope, x, EXPANSION * width, { kernel: 1, stride, initializer })));
};

const normalized = (scope: Scope, i: number, x: Tensor, out: number, options: ConvolutionOptions): Tensor =>
  normalizedConvolution(scope, { conv: `conv${i}`, norm: `bn${i}` }, x, out, options);

function shortcut(scope: Scope, x: Tensor, out: number, options: ConvolutionOptions): Tensor {
  if (options.stride === 1 && x.shape[1] === out) return x;
  const names = { conv: "downsample.0", norm: "downsample.1" };
  return normalizedConvolution(scope, names, x, out, options);
}
