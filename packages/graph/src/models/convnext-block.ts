import { at, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { dropPath } from "../layers/drop-path.ts";
import { layerNorm } from "../layers/layer-norm.ts";
import { filled, type InitializerOption } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { add } from "../ops/add.ts";
import { gelu } from "../ops/gelu.ts";
import { mul } from "../ops/mul.ts";
import { reshape } from "../ops/reshape.ts";
import { transpose } from "../ops/transpose.ts";

/** Number that the layer norms add to the variance. */
export const CONVNEXT_EPS = 1e-6;

/** Options of a ConvNeXt block. */
export interface ConvnextBlockOptions {
  /** Names of the parameters. */
  readonly names: {
    readonly spatial: string;
    readonly norm: string;
    /** Layer to four times the channels. */
    readonly widen: string;
    readonly narrow: string;
    readonly scale: string;
  };
  /** Shape of the factors: [width], or [width, 1, 1]. Default [width]. */
  readonly scaleShape?: readonly number[];
  /** Initial value of the factors. */
  readonly layerScale: number;
  readonly initial: { readonly initializer: InitializerOption; readonly biasInitializer: InitializerOption };
  /** Probability that training drops the block of an image. Default 0. */
  readonly dropPath?: number;
}

/**
 * Adds a residual block: a depthwise 7x7 convolution, layer norm over the channels, 1x1 convolutions to four times the
 * channels and back with gelu between them, and a trained factor per channel.
 */
export function convnextBlock(
  scope: Scope,
  x: Tensor,
  { names, scaleShape, layerScale, initial, dropPath: p = 0 }: ConvnextBlockOptions,
): Tensor {
  const width = at(x.shape, 1);
  const spatial = conv2d(scope, names.spatial, x, width, { kernel: 7, padding: 3, groups: width, ...initial });
  // Channels are last from the layer norm to the factor, so that 1x1 convolutions are matrix products.
  const normal = layerNorm(scope, names.norm, channelsLast(spatial), { eps: CONVNEXT_EPS });
  const inner = gelu(dense(scope, names.widen, normal, 4 * width, initial));
  const y = dense(scope, names.narrow, inner, width, initial);
  const factors = scope.parameter(names.scale, scaleShape ?? [width], filled(layerScale), "gain");
  const scaled = mul(y, reshape(factors, [width]));
  scope.record("layerScale", scaled, width, sizeOf(scaled.shape));
  return add(x, dropPath(scope, "stochastic_depth", channelsFirst(scaled), p));
}

const channelsLast = (x: Tensor): Tensor => transpose(x, [0, 2, 3, 1]);
const channelsFirst = (x: Tensor): Tensor => transpose(x, [0, 3, 1, 2]);

/** Adds a layer norm over the channels of each pixel. torchvision: `LayerNorm2d`. */
export const channelNorm = (scope: Scope, name: string, x: Tensor): Tensor =>
  channelsFirst(layerNorm(scope, name, channelsLast(x), { eps: CONVNEXT_EPS }));
