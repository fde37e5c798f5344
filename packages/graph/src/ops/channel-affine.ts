import { checkTypes } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { apply, defineOp } from "../core/op.ts";
import { showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { channelMean } from "./channel-mean.ts";
import { mul } from "./mul.ts";

const op = /* @__PURE__ */ defineOp({
  name: "channelAffine",
  infer: (inputs) => {
    const [x, scale, shift] = inputs as [Tensor, Tensor, Tensor];
    checkTypes("channelAffine", inputs, ["float32"]);
    const channels = x.rank >= 2 ? (x.shape[1] as number) : 0;
    if ([scale, shift].some(({ rank, shape }) => rank !== 1 || shape[0] !== channels)) {
      const found = `x ${showShape(x.shape)}, scale ${showShape(scale.shape)}, shift ${showShape(shift.shape)}`;
      fail("channelAffine", `${found}: expected x [batch, channels, ...], and one scale and shift a channel`);
    }
    return { shape: x.shape };
  },
  gradient: ({ inputs, cotangent }) => {
    const [x, scale] = inputs as [Tensor, Tensor];
    const count = sizeOf(x.shape) / (x.shape[1] as number);
    return [
      channelAffine(cotangent, scale),
      mul(channelMean(mul(cotangent, x)), count),
      mul(channelMean(cotangent), count),
    ];
  },
  lower: ({ builder, names: [x, scale, shift], inputs }) => {
    const { shape } = inputs[1] as Tensor;
    const channels = sizeOf(shape);
    const mean = builder.constant(new Float32Array(channels), shape);
    const variance = builder.constant(new Float32Array(channels).fill(1), shape);
    // One pass where a product and a sum are two. The root of 1 + 0 is 1, so nothing else happens to the numbers.
    const all = [x, scale, shift, mean, variance] as string[];
    return builder.node("BatchNormalization", all, { epsilon: { float: 0 } });
  },
});

/**
 * `x * scale + shift`, with a scale and a shift for each channel.
 * @param x [batch, channels, ...]
 * @param scale [channels], or a number for all
 * @param shift [channels], or a number for all; default 0
 */
export function channelAffine(x: Tensor, scale: Tensor | number, shift: Tensor | number = 0): Tensor {
  const channels = x.shape[1] ?? 1;
  const ofChannels = (value: Tensor | number): Tensor =>
    typeof value === "number" ? constant(new Float32Array(channels).fill(value), [channels]) : value;
  return apply(op, [x, ofChannels(scale), ofChannels(shift)], {});
}
