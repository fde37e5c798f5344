import type { Tensor } from "../core/tensor.ts";
import { conv2d } from "../layers/conv2d.ts";
import { type InitializerOption, kaimingNormal } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";

export interface ConvolutionOptions {
  /** Odd: at a stride of 1, the size stays. */
  readonly kernel: number;
  readonly stride?: number;
  readonly initializer: InitializerOption | undefined;
}

/** A convolution as residual networks have it: beside batch norm, so without a bias, and after He et al. by default. */
export function convolution(
  scope: Scope,
  name: string,
  x: Tensor,
  out: number,
  { kernel, stride = 1, initializer = kaimingNormal({ mode: "fanOut" }) }: ConvolutionOptions,
): Tensor {
  return conv2d(scope, name, x, out, { kernel, stride, padding: kernel >> 1, bias: false, initializer });
}
