import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fans, type InitializerOption, initializerOf, uniform } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { type Conv2dOptions, conv2d as convOp } from "../ops/conv2d.ts";

export interface Conv2dLayerOptions extends Conv2dOptions {
  readonly kernel: number | readonly [height: number, width: number];
  /** Default true; convolutions before a batch norm need none. */
  readonly bias?: boolean;
  /** Of the weight; default `"pytorchDefault"`. */
  readonly initializer?: InitializerOption | undefined;
  /** Default PyTorch's: uniform, with the bound 1 / sqrt(fanIn of the weight). */
  readonly biasInitializer?: InitializerOption | undefined;
}

/** A convolution: [batch, in, height, width] to `out` channels. Parameters `weight` [out, in / groups, kh, kw], `bias`. */
export function conv2d(scope: Scope, name: string, x: Tensor, out: number, options: Conv2dLayerOptions): Tensor {
  const { kernel, bias = true, initializer = "pytorchDefault", biasInitializer, ...window } = options;
  return scope.within(name, () => {
    const size = typeof kernel === "number" ? [kernel, kernel] : kernel;
    const shape = [out, (x.shape[1] as number) / (window.groups ?? 1), ...size];
    const weight = scope.parameter("weight", shape, initializerOf(initializer));
    const ofBias = biasInitializer ? initializerOf(biasInitializer) : uniform(1 / Math.sqrt(fans(shape).fanIn));
    const offset = bias ? scope.parameter("bias", [out], ofBias) : undefined;
    const y = convOp(x, weight, offset, window);
    scope.record("conv2d", y, sizeOf(shape) + (bias ? out : 0), sizeOf(y.shape) * fans(shape).fanIn);
    return y;
  });
}
