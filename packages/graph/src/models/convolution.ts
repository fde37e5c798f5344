import type { Tensor } from "../core/tensor.ts";
import { type BatchNormOptions, batchNorm } from "../layers/batch-norm.ts";
import { conv2d } from "../layers/conv2d.ts";
import { type InitializerOption, kaimingNormal } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";

export interface ConvolutionOptions {
  /** Height and width of the kernel; odd, so that a stride of 1 keeps the size of the images. */
  readonly kernel: number;
  /** Default 1. */
  readonly stride?: number;
  /** Number of groups of channels; the number of channels for a depthwise convolution. Default 1. */
  readonly groups?: number;
  readonly initializer: InitializerOption | undefined;
}

/** Initializer of He et al. that keeps the variance of gradients, as torchvision's networks have it. */
export const heFanOut: InitializerOption = /* @__PURE__ */ kaimingNormal({ mode: "fanOut" });

/**
 * Adds a convolution of a residual network: without bias, because batch norm follows, and by default with He et al.'s
 * initializer.
 */
export function convolution(
  scope: Scope,
  name: string,
  x: Tensor,
  out: number,
  { kernel, stride = 1, groups = 1, initializer = heFanOut }: ConvolutionOptions,
): Tensor {
  return conv2d(scope, name, x, out, { kernel, stride, padding: kernel >> 1, groups, bias: false, initializer });
}

/** Adds a convolution and a batch norm. */
export function normalizedConvolution(
  scope: Scope,
  { conv, norm }: { readonly conv: string; readonly norm: string },
  x: Tensor,
  out: number,
  { batchNorm: options = {}, ...rest }: ConvolutionOptions & { readonly batchNorm?: BatchNormOptions },
): Tensor {
  return batchNorm(scope, norm, convolution(scope, conv, x, out, rest), options);
}
