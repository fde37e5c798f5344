import { checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import { at, type Shape, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { expand } from "./expand.ts";
import { mul } from "./mul.ts";
import { reshape } from "./reshape.ts";
import { withoutFactor } from "./without-factor.ts";

const op = /* @__PURE__ */ defineOp<[x: Tensor]>({
  name: "channelMean",
  infer: ([x]) => {
    checkTypes("channelMean", [x], ["float32"]);
    if (x.rank < 2) fail("channelMean", `x ${showShape(x.shape)}. Expected [batch, channels, ...].`);
    return { shape: [at(x.shape, 1)] };
  },
  simplify: ([whole]): Tensor | null => {
    const { x, factor } = withoutFactor(whole);
    return factor === 1 ? null : mul(channelMean(x), factor);
  },
  gradient: ({ inputs: [{ shape }], cotangent }) => {
    const share = mul(cotangent, at(shape, 1) / sizeOf(shape));
    return [expand(reshape(share, perChannel(shape)), shape)];
  },
  lower: ({ builder, names: [x], inputs: [{ shape }] }) => {
    const mean = (value: string, axes: readonly number[]): string =>
      builder.node("ReduceMean", [value, builder.ints(axes)], { keepdims: 0 });
    // Two reductions are twice as fast as one over axes that are not adjacent.
    const positions = shape.map((_, axis) => axis).slice(2);
    return mean(positions.length > 0 ? mean(x, positions) : x, [0]);
  },
});

/**
 * Computes the mean of each channel, over all axes but the second.
 * @param x float32 [batch, channels, ...]
 * @returns [channels]
 * @throws GraphError if `x` has fewer than two axes
 */
export const channelMean = (x: Tensor): Tensor => apply(op, [x], {});

/** Shape of one number per channel that broadcasts to a tensor of the given shape. */
const perChannel = (shape: Shape): Shape => shape.slice(1).map((size, i) => (i === 0 ? size : 1));
