import { checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import { type Shape, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { expand } from "./expand.ts";
import { mul } from "./mul.ts";
import { reshape } from "./reshape.ts";
import { withoutFactor } from "./without-factor.ts";

const op = /* @__PURE__ */ defineOp({
  name: "channelMean",
  infer: (inputs) => {
    checkTypes("channelMean", inputs, ["float32"]);
    const { shape } = inputs[0] as Tensor;
    if (shape.length < 2) fail("channelMean", `of ${showShape(shape)}: expected [batch, channels, ...]`);
    return { shape: [shape[1] as number] };
  },
  simplify: ([whole]): Tensor | null => {
    const { x, factor } = withoutFactor(whole as Tensor);
    return factor === 1 ? null : mul(channelMean(x), factor);
  },
  gradient: ({ inputs: [x], cotangent }) => {
    const { shape } = x as Tensor;
    const [channels] = cotangent.shape as [number];
    const share = mul(cotangent, channels / sizeOf(shape));
    return [expand(reshape(share, overChannels(shape)), shape)];
  },
  lower: ({ builder, names: [x], inputs }) => {
    const mean = (value: string, axes: readonly number[]): string =>
      builder.node("ReduceMean", [value, builder.ints(axes)], { keepdims: 0 });
    // In two steps, which is twice as fast as the mean over axes that do not lie together.
    const positions = (inputs[0] as Tensor).shape.map((_, axis) => axis).slice(2);
    return mean(positions.length > 0 ? mean(x as string, positions) : (x as string), [0]);
  },
});

/**
 * The mean of each channel: over all axes but the second.
 * @param x [batch, channels, ...]
 * @returns [channels]
 */
export const channelMean = (x: Tensor): Tensor => apply(op, [x], {});

/** The shape of numbers by channel that stretch to a tensor of this shape. */
const overChannels = (shape: Shape): Shape => shape.slice(1).map((size, i) => (i === 0 ? size : 1));
