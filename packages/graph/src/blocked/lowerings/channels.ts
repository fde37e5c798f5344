import { isEverywhere } from "../../core/constant.ts";
import { type Shape, sameShape, sizeOf } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { BLOCK, isBlockable, NCHWC, storedShape, toBlocked } from "../layout.ts";
import type { Linear } from "../linear.ts";
import type { LoweredTensors } from "../lowered-tensors.ts";
import { applyLinear } from "./apply-linear.ts";
import type { BlockedLowerings } from "./blocked-lowering.ts";

/** What has one number for each channel. */
export const channels: BlockedLowerings = {
  channelMean(lowered, { inputs }) {
    const [x] = inputs as [Tensor];
    if (!lowered.isBlocked(x)) return null;
    const { mean, factors } = lowered.pending(x) ?? {};
    if (mean) return { plain: mean() };
    const { onnx } = lowered.b;
    const average = (ofImages: string): string => onnx.node("ReduceMean", [ofImages, onnx.ints([0])], { keepdims: 0 });
    if (!factors) return { plain: average(imageMeans(lowered, lowered.blocked(x), x.shape)) };
    const sums = average(imageProducts(lowered, factors, x.shape));
    return { plain: onnx.node("Mul", [sums, onnx.float(1 / sizeOf(x.shape.slice(2)))]) };
  },

  channelAffine(lowered, tensor) {
    const [x, scale, shift] = tensor.inputs as [Tensor, Tensor, Tensor];
    if (!lowered.isBlocked(x)) return null;
    const linear: Linear = {
      ...(!isEverywhere(scale, 1) && { scale: lowered.plain(scale) }),
      ...(!isEverywhere(shift, 0) && { bias: lowered.plain(shift) }),
    };
    if (!linear.bias && linear.scale && !lowered.pending(x)?.takesLinear && areScaledLater(lowered, tensor)) {
      return { scaled: { value: lowered.blocked(x), scale: linear.scale } };
    }
    return { pending: applyLinear(lowered, x, linear) };
  },

  /** Over the positions of images: global average pooling. */
  mean(lowered, { inputs, attributes, shape }) {
    const [x] = inputs as [Tensor];
    const { axes } = attributes as { readonly axes: readonly number[] };
    if (!lowered.isBlocked(x) || !sameShape(axes, [2, 3])) return null;
    return { plain: lowered.b.reshape(imageMeans(lowered, lowered.blocked(x), x.shape), shape) };
  },

  /** Of one number for each channel of each image: what the gradient of global average pooling is. */
  expand(lowered, { inputs, shape }) {
    const [x] = inputs as [Tensor];
    if (!isBlockable(shape) || !sameShape(x.shape, [...shape.slice(0, 2), 1, 1])) return null;
    const { b } = lowered;
    // A position by itself has the same order in blocks, but for what fills up the last one.
    const numbers = toBlocked(b.onnx, lowered.plain(x));
    const [images, stored, height, width] = storedShape(shape) as [number, number, number, number];
    const blocks = (images * stored) / BLOCK;
    const stretched = b.onnx.node("Expand", [
      b.reshape(numbers, [blocks, 1, BLOCK]),
      b.onnx.ints([blocks, height * width, BLOCK]),
    ]);
    return { blocked: b.reshape(stretched, [images, stored, height, width]) };
  },
};

/** The mean of each channel of each image, [images, channels]: one number a channel is in the same order in blocks. */
function imageMeans({ b }: LoweredTensors, x: string, shape: Shape): string {
  const means = b.onnx.node(`${NCHWC}::GlobalAveragePool`, [x]);
  return b.withoutFilling(b.reshape(means, storedShape(shape.slice(0, 2))), shape);
}

/**
 * The sum of products of each channel of each image. One tensor is the filter of the other, each channel of each image by
 * itself, so that the products are never stored.
 */
function imageProducts({ b }: LoweredTensors, [one, other]: readonly [string, string], shape: Shape): string {
  const [images, channels, height, width] = storedShape(shape) as [number, number, number, number];
  const planes = images * channels;
  const sums = b.conv(b.reshape(one, [1, planes, height, width]), b.reshape(other, [planes, 1, height, width]), {
    kernel: [height, width],
    groups: planes,
  });
  return b.withoutFilling(b.reshape(sums, [images, channels]), shape);
}

/** Gradients of convolutions scale their filters, where these are much smaller than a tensor. */
function areScaledLater(lowered: LoweredTensors, tensor: Tensor): boolean {
  return lowered.users(tensor).every((user) => {
    if (user?.op.name === "conv2dInputGradient") {
      const [dy, weight] = user.inputs as [Tensor, Tensor];
      return dy === tensor && sizeOf(tensor.shape) >= MUCH * sizeOf(weight.shape);
    }
    return user?.op.name === "conv2dWeightGradient" && user.inputs[1] === tensor && user.inputs[0] !== tensor;
  });
}

const MUCH = 4;
