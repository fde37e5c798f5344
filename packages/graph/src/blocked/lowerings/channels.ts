import { isEverywhere } from "../../core/constant.ts";
import { at, type Shape, sameShape, sizeOf } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { channelsOf, isBlockable, NCHWC, storedShape, toBlocked } from "../layout.ts";
import type { Linear } from "../linear.ts";
import type { LoweredTensors } from "../lowered-tensors.ts";
import { applyLinear } from "./apply-linear.ts";
import type { BlockedLowerings } from "./blocked-lowering.ts";

/** Ops with one number per channel. */
export const channels: BlockedLowerings = {
  channelMean(lowered, { inputs }) {
    const x = at(inputs, 0);
    if (!lowered.isBlocked(x)) return null;
    const { mean, factors } = lowered.pending(x) ?? {};
    if (mean) return { plain: mean() };
    const { onnx } = lowered.b;
    const average = (means: string): string => onnx.node("ReduceMean", [means, onnx.ints([0])], { keepdims: 0 });
    if (!factors) return { plain: average(imageMeans(lowered, lowered.blocked(x), x.shape)) };
    const sums = average(imageProducts(lowered, factors, x.shape));
    return { plain: onnx.node("Mul", [sums, onnx.float(1 / sizeOf(x.shape.slice(2)))]) };
  },

  channelAffine(lowered, tensor) {
    const [x, scale, shift] = tensor.inputs as [Tensor, Tensor, Tensor];
    if (!lowered.isBlocked(x)) return null;
    const linear: Linear = {
      scale: isEverywhere(scale, 1) ? undefined : lowered.plain(scale),
      bias: isEverywhere(shift, 0) ? undefined : lowered.plain(shift),
    };
    if (!linear.bias && linear.scale && !lowered.pending(x)?.takesLinear && canScaleFilters(lowered, tensor)) {
      return { scaled: { value: lowered.blocked(x), scale: linear.scale } };
    }
    return { pending: applyLinear(lowered, x, linear) };
  },

  /** Supports the mean over the positions of images: global average pooling. */
  mean(lowered, { inputs, attributes, shape }) {
    const x = at(inputs, 0);
    const { axes } = attributes as { readonly axes: readonly number[] };
    if (!lowered.isBlocked(x) || !sameShape(axes, [2, 3])) return null;
    return { plain: lowered.b.reshape(imageMeans(lowered, lowered.blocked(x), x.shape), shape) };
  },

  /** Supports one number per channel of each image: the gradient of global average pooling. */
  expand(lowered, { inputs, shape }) {
    const x = at(inputs, 0);
    if (!isBlockable(shape, lowered.b.block) || !sameShape(x.shape, [...shape.slice(0, 2), 1, 1])) return null;
    const { b } = lowered;
    // The channels of a single position have the same order in both layouts, apart from the padding.
    const numbers = toBlocked(b.onnx, lowered.plain(x));
    const [images, stored, height, width] = storedShape(shape, b.block);
    const blocks = (images * stored) / b.block;
    const stretched = b.onnx.node("Expand", [
      b.reshape(numbers, [blocks, 1, b.block]),
      b.onnx.ints([blocks, height * width, b.block]),
    ]);
    return { blocked: b.reshape(stretched, [images, stored, height, width]) };
  },
};

/** Adds the mean of each channel of each image: plain [images, channels]. */
function imageMeans({ b }: LoweredTensors, x: string, shape: Shape): string {
  const means = b.onnx.node(`${NCHWC}::GlobalAveragePool`, [x]);
  const [images, channels] = storedShape(shape, b.block);
  return b.unpadChannels(b.reshape(means, [images, channels]), channelsOf(shape));
}

/**
 * Adds the sum of products over each channel of each image. One tensor is the filter of the other, in a depthwise
 * convolution, so the products are never stored.
 */
function imageProducts({ b }: LoweredTensors, [one, other]: readonly [string, string], shape: Shape): string {
  const [images, channels, height, width] = storedShape(shape, b.block);
  const planes = images * channels;
  const sums = b.conv(b.reshape(one, [1, planes, height, width]), b.reshape(other, [planes, 1, height, width]), {
    kernel: [height, width],
    groups: planes,
  });
  return b.unpadChannels(b.reshape(sums, [images, channels]), channelsOf(shape));
}

/** True if all users are gradients of convolutions, which can scale their filters instead, and those are much smaller. */
function canScaleFilters(lowered: LoweredTensors, tensor: Tensor): boolean {
  return lowered.users(tensor).every((user) => {
    if (user?.op.name === "conv2dInputGradient") {
      const [dy, weight] = user.inputs as [Tensor, Tensor];
      return dy === tensor && sizeOf(tensor.shape) >= MIN_RATIO * sizeOf(weight.shape);
    }
    return user?.op.name === "conv2dWeightGradient" && user.inputs[1] === tensor && user.inputs[0] !== tensor;
  });
}

/** Minimum size of a tensor relative to the filters. */
const MIN_RATIO = 4;
