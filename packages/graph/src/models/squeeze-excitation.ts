import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { type InitializerOption, initializerOf, zeros } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { dense } from "../ops/dense.ts";
import { globalAveragePool } from "../ops/global-average-pool.ts";
import { mul } from "../ops/mul.ts";
import { reshape } from "../ops/reshape.ts";
import { heFanOut } from "./convolution.ts";

/** Options of squeeze and excitation. */
export interface SqueezeExcitationOptions {
  /** Number of channels between the two layers. */
  readonly squeeze: number;
  /** Activation between the two layers. */
  readonly activation: (x: Tensor) => Tensor;
  /** Activation of the factors, from 0 to 1. */
  readonly gate: (x: Tensor) => Tensor;
  readonly initializer: InitializerOption | undefined;
}

/**
 * Multiplies each channel of each image by a factor that two layers compute from the means of all channels. torchvision:
 * `SqueezeExcitation`, whose layers `fc1` and `fc2` are 1x1 convolutions: their weights are [out, in, 1, 1]. Paper:
 * https://arxiv.org/abs/1709.01507.
 * @param x images [batch, channels, height, width]
 */
export function squeezeExcitation(
  scope: Scope,
  name: string,
  x: Tensor,
  { squeeze, activation, gate, initializer = heFanOut }: SqueezeExcitationOptions,
): Tensor {
  const [batch, channels] = [at(x.shape, 0), at(x.shape, 1)];
  const layer = (layerName: string, means: Tensor, out: number): Tensor =>
    scope.within(layerName, () => {
      const inner = at(means.shape, 1);
      // One pixel per image: a matrix product, which needs no layout of convolutions.
      const weight = reshape(scope.parameter("weight", [out, inner, 1, 1], initializerOf(initializer)), [out, inner]);
      const y = dense(means, weight, scope.parameter("bias", [out], zeros));
      scope.record("conv2d", reshape(y, [batch, out, 1, 1]), out * inner + out, batch * out * inner);
      return y;
    });
  return scope.within(name, () => {
    const inner = activation(layer("fc1", globalAveragePool(x), squeeze));
    return mul(x, reshape(gate(layer("fc2", inner, channels)), [batch, channels, 1, 1]));
  });
}
