import { checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Op, Tensor } from "../core/tensor.ts";
import { type PoolOptions, pooledShape, poolWindow, unreachedBy } from "../pooling/pool.ts";
import type { Convolution } from "../spatial/convolution.ts";
import type { Padding, Window } from "../spatial/window.ts";
import { maxPool2dGradient } from "./max-pool2d-gradient.ts";

type PoolAttributes = Window & Readonly<Record<string, unknown>>;

const op = /* @__PURE__ */ defineOp<PoolAttributes>({
  name: "maxPool2d",
  infer: (inputs, window) => {
    checkTypes("maxPool2d", inputs, ["float32"]);
    return { shape: pooledShape("maxPool2d", (inputs[0] as Tensor).shape, window) };
  },
  simplify: ([x], window): Tensor | null => {
    const cut = withoutUnreached(x as Tensor, window);
    return cut && apply(op, [cut], window);
  },
  gradient: ({ inputs: [x], output, cotangent, attributes }) => [
    maxPool2dGradient(x as Tensor, output, cotangent, attributes),
  ],
  lower: ({ builder, names, attributes: { kernel, stride, padding } }) =>
    builder.node("MaxPool", names, { kernel_shape: kernel, strides: stride, pads: padding }),
});

/**
 * A convolution whose results no window reaches in part, without those: with less padding below and to the right. Null
 * where that is not so. Of a 15x15 image that is halved, 14x14 results are computed, and their gradients likewise.
 */
function withoutUnreached({ op: convolution, inputs, attributes, shape }: Tensor, window: Window): Tensor | null {
  if (convolution.name !== "conv2d") return null;
  const unreached = unreachedBy(window, shape);
  const { padding, stride } = attributes as Convolution;
  const [bottom, right] = [0, 1].map((axis) => {
    return (padding[axis + 2] as number) - (unreached[axis] as number) * (stride[axis] as number);
  }) as [number, number];
  if (unreached.every((count) => count === 0) || bottom < 0 || right < 0) return null;
  const less: Padding = [padding[0], padding[1], bottom, right];
  return apply(convolution as unknown as Op<Convolution>, inputs, { ...(attributes as Convolution), padding: less });
}

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
