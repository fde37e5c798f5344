import type { Tensor } from "../core/tensor.ts";
import { conv2d } from "../layers/conv2d.ts";
import { type InitializerOption, kaimingNormal } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";

export interface ConvolutionOptions {
  /** Height and width of the kernel; odd, so that a stride of 1 keeps the size of the images. */
  readonly kernel: number;
  /** Default 1. */
  readonly stride?: number;
  readonly initializer: InitializerOption | undefined;
}

/**
 * Adds a convolution of a residual network: without bias, because batch norm follows, and by default with He et al.'s
 * initializer.
 */
export function convolution(
  scope: Scope,
  name: string,
  x: Tensor,
  out: number,
  { kernel, stride = 1, initializer = kaimingNormal({ mode: "fanOut" }) }: ConvolutionOptions,
): Tensor {
  return conv2d(scope, name, x, out, { kernel, stride, padding: kernel >> 1, bias: false, initializer });
}
