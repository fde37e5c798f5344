import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import type { BatchNormOptions } from "../layers/batch-norm.ts";
import { dropPath } from "../layers/drop-path.ts";
import type { InitializerOption } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { add } from "../ops/add.ts";
import { type ConvolutionOptions, normalizedConvolution } from "./convolution.ts";
import { type SqueezeExcitationOptions, squeezeExcitation } from "./squeeze-excitation.ts";

/** Options that all convolutions of a mobile network share. */
export interface MobileOptions {
  readonly batchNorm: BatchNormOptions;
  readonly initializer: InitializerOption | undefined;
}

export interface InvertedResidualOptions extends MobileOptions {
  /** Number of channels of the depthwise convolution. */
  readonly expanded: number;
  /** Number of channels of the result. */
  readonly out: number;
  /** Height and width of the depthwise kernel. */
  readonly kernel: number;
  /** Stride of the depthwise convolution. */
  readonly stride: number;
  readonly activation: (x: Tensor) => Tensor;
  /** Squeeze and excitation after the depthwise convolution; null for none. */
  readonly excitation: Omit<SqueezeExcitationOptions, "initializer"> | null;
  /** Probability that training drops the block of an image. Default 0. */
  readonly dropPath?: number;
}

/**
 * Adds an inverted residual block: a 1x1 convolution to more channels, a depthwise convolution, squeeze and excitation,
 * and a 1x1 convolution to fewer channels, with a residual connection where the shape stays. torchvision: `MBConv` and
 * the `InvertedResidual` of MobileNetV3.
 */
export function invertedResidual(scope: Scope, x: Tensor, options: InvertedResidualOptions): Tensor {
  const { expanded, out, kernel, stride, activation, excitation, batchNorm, initializer, dropPath: p = 0 } = options;
  const channels = at(x.shape, 1);
  const shared = { batchNorm, initializer };
  const result = scope.within("block", () => {
    let i = 0;
    const convolve = (y: Tensor, width: number, window: Omit<ConvolutionOptions, "initializer">): Tensor =>
      numberedConvolution(scope, i++, y, width, { ...window, ...shared });
    let y = expanded === channels ? x : activation(convolve(x, expanded, { kernel: 1 }));
    y = activation(convolve(y, expanded, { kernel, stride, groups: expanded }));
    if (excitation) y = squeezeExcitation(scope, `${i++}`, y, { ...excitation, initializer });
    return convolve(y, out, { kernel: 1 });
  });
  return stride === 1 && channels === out ? add(dropPath(scope, "stochastic_depth", result, p), x) : result;
}

/** Adds a convolution and a batch norm named `i.0` and `i.1`. torchvision: `Conv2dNormActivation`. */
export const numberedConvolution = (
  scope: Scope,
  i: number | string,
  x: Tensor,
  out: number,
  options: Omit<ConvolutionOptions, "initializer"> & MobileOptions,
): Tensor => normalizedConvolution(scope, { conv: `${i}.0`, norm: `${i}.1` }, x, out, options);
