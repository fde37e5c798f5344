import { checkCount, checkOptionsOf } from "../core/check.ts";
import { at, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fans, type InitializerOption, initializerOf, uniform } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { type ConvTranspose2dOptions, convTranspose2d as convOp } from "../ops/conv-transpose2d.ts";
import { checkKernel, checkLayer } from "./check-layer.ts";

export interface ConvTranspose2dLayerOptions extends ConvTranspose2dOptions {
  /** Size of the kernel; one number for height and width. */
  readonly kernel: number | readonly [height: number, width: number];
  /** True to add a parameter `bias`. Default true. */
  readonly bias?: boolean;
  /** Initializer of the weight. Default `"pytorchDefault"`. */
  readonly initializer?: InitializerOption | undefined;
  /** Initializer of the bias. Default: uniform in [-b, b) with b = 1 / sqrt(fan-in of the weight), as in PyTorch. */
  readonly biasInitializer?: InitializerOption | undefined;
}

/**
 * Adds a transposed convolution. PyTorch: `nn.ConvTranspose2d`. Parameters: `weight`
 * [in, out / groups, kernel height, kernel width] and `bias` [out].
 * @param scope receives the parameters
 * @param name path of the layer within the scope, such as `"up1"`
 * @param x images [batch, in, height, width]
 * @param out number of filters
 * @returns [batch, out, out height, out width]
 */
export function convTranspose2d(
  scope: Scope,
  name: string,
  x: Tensor,
  out: number,
  options: ConvTranspose2dLayerOptions,
): Tensor {
  checkLayer("convTranspose2d", scope, name, x);
  checkOptionsOf("convTranspose2d", options, "{ kernel: 3 }");
  checkKernel("convTranspose2d", options.kernel);
  checkCount("convTranspose2d", "out", out);
  const { kernel, bias = true, initializer = "pytorchDefault", biasInitializer, ...window } = options;
  return scope.within(name, () => {
    const size = typeof kernel === "number" ? [kernel, kernel] : kernel;
    const shape = [at(x.shape, 1), out / (window.groups ?? 1), ...size];
    const weight = scope.parameter("weight", shape, initializerOf(initializer));
    const initialBias = biasInitializer ? initializerOf(biasInitializer) : uniform(1 / Math.sqrt(fans(shape).fanIn));
    const offset = bias ? scope.parameter("bias", [out], initialBias) : undefined;
    const y = convOp(x, weight, offset, window);
    scope.record("convTranspose2d", y, sizeOf(shape) + (bias ? out : 0), sizeOf(x.shape) * fans(shape).fanIn);
    return y;
  });
}
