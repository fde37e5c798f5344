import { checkTensors, checkTypes } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { apply, defineOp } from "../core/op.ts";
import { at, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { channelMean } from "./channel-mean.ts";
import { mul } from "./mul.ts";

const op = /* @__PURE__ */ defineOp<[x: Tensor, scale: Tensor, shift: Tensor]>({
  name: "channelAffine",
  infer: ([x, scale, shift]) => {
    checkTypes("channelAffine", [x, scale, shift], ["float32"]);
    const channels = x.rank >= 2 ? at(x.shape, 1) : 0;
    if ([scale, shift].some(({ rank, shape }) => rank !== 1 || shape[0] !== channels)) {
      const found = `x ${showShape(x.shape)}, scale ${showShape(scale.shape)}, shift ${showShape(shift.shape)}`;
      fail("channelAffine", `${found}. Expected x [batch, channels, ...], scale [channels] and shift [channels].`);
    }
    return { shape: x.shape };
  },
  gradient: ({ inputs: [x, scale], cotangent }) => {
    const count = sizeOf(x.shape) / at(x.shape, 1);
    return [
      channelAffine(cotangent, scale),
      mul(channelMean(mul(cotangent, x)), count),
      mul(channelMean(cotangent), count),
    ];
  },
  lower: ({ builder, names: [x, scale, shift], inputs: [, { shape }] }) => {
    const channels = sizeOf(shape);
    const mean = builder.constant(new Float32Array(channels), shape);
    const variance = builder.constant(new Float32Array(channels).fill(1), shape);
    // One pass instead of two, for a product and a sum. The square root of 1 + 0 is 1, so the values are not changed.
    return builder.node("BatchNormalization", [x, scale, shift, mean, variance], { epsilon: { float: 0 } });
  },
});

/**
 * Scales and shifts each channel: `x * scale + shift`.
 * @param x float32 [batch, channels, ...]
 * @param scale float32 [channels], or one number for all channels
 * @param shift float32 [channels], or one number for all channels; default 0
 * @returns a tensor of the shape of `x`
 * @throws GraphError if the shapes do not match
 */
export function channelAffine(x: Tensor, scale: Tensor | number, shift: Tensor | number = 0): Tensor {
  checkTensors("channelAffine", [x]);
  const channels = x.shape[1] ?? 1;
  const perChannel = (value: Tensor | number): Tensor =>
    typeof value === "number" ? constant(new Float32Array(channels).fill(value), [channels]) : value;
  return apply(op, [x, perChannel(scale), perChannel(shift)], {});
}
