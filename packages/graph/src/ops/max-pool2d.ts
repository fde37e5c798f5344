import { checkTypes } from "../check.ts";
import { apply, defineOp } from "../op.ts";
import { type PoolOptions, pooledShape, poolWindow } from "../pooling/pool.ts";
import type { Tensor } from "../tensor.ts";
import type { Window } from "../window.ts";
import { maxPool2dGradient } from "./max-pool2d-gradient.ts";

type PoolAttributes = Window & Readonly<Record<string, unknown>>;

const op = /* @__PURE__ */ defineOp<PoolAttributes>({
  name: "maxPool2d",
  infer: (inputs, window) => {
    checkTypes("maxPool2d", inputs, ["float32"]);
    return { shape: pooledShape("maxPool2d", (inputs[0] as Tensor).shape, window) };
  },
  gradient: ({ inputs: [x], output, cotangent, attributes }) => [
    maxPool2dGradient(x as Tensor, output, cotangent, attributes),
  ],
  lower: ({ builder, names, attributes: { kernel, stride, padding } }) =>
    builder.node("MaxPool", names, { kernel_shape: kernel, strides: stride, pads: padding }),
});

/**
 * The largest element of each window, as PyTorch's `max_pool2d`. Its gradient goes to the first of several that are the
 * largest. A window with a NaN has no largest element: what it gives, and whither its gradient goes, differs by device.
 * @param x images [batch, channels, height, width]
 * @param options padding counts as less than any number
 * @returns [batch, channels, out height, out width], where out = floor((size + 2 padding - kernel) / stride) + 1
 * @throws GraphError where the image is smaller than a window, or the padding larger than half of one
 */
export function maxPool2d(x: Tensor, options: PoolOptions): Tensor {
  return apply(op, [x], { ...poolWindow("maxPool2d", options) });
}
