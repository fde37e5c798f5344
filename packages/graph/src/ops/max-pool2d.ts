import { checkOptionsOf, checkTensors, checkTypes } from "../core/check.ts";
import { apply, defineOp, isMadeBy } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import { type PoolOptions, pooledShape, poolWindow, unreachedBy } from "../pooling/pool.ts";
import type { Padding, Window } from "../spatial/window.ts";
import { convolutionOp } from "./conv2d.ts";
import { maxPool2dGradient } from "./max-pool2d-gradient.ts";

type PoolAttributes = Window & Readonly<Record<string, unknown>>;

const op = /* @__PURE__ */ defineOp<[x: Tensor], PoolAttributes>({
  name: "maxPool2d",
  infer: ([x], window) => {
    checkTypes("maxPool2d", [x], ["float32"]);
    return { shape: pooledShape("maxPool2d", x.shape, window) };
  },
  simplify: ([x], window): Tensor | null => {
    const cut = withoutUnreached(x, window);
    return cut && apply(op, [cut], window);
  },
  gradient: ({ inputs: [x], output, cotangent, attributes }) => [maxPool2dGradient(x, output, cotangent, attributes)],
  lower: ({ builder, names, attributes: { kernel, stride, padding } }) =>
    builder.node("MaxPool", names, { kernel_shape: kernel, strides: stride, pads: padding }),
});

/**
 * Returns the convolution that made a tensor with less padding below and to the right, so that it computes only results
 * that a window of the pool covers: 14 x 14 results instead of 15 x 15 before a pool that halves the image. Null if all
 * results are covered, if the padding is too small, or if no convolution made the tensor.
 */
function withoutUnreached(tensor: Tensor, window: Window): Tensor | null {
  if (!isMadeBy(convolutionOp, tensor)) return null;
  const { padding, stride } = tensor.attributes;
  const [rows, columns] = unreachedBy(window, tensor.shape);
  const [top, left, bottom, right] = padding;
  const less: Padding = [top, left, bottom - rows * stride[0], right - columns * stride[1]];
  if ((rows === 0 && columns === 0) || less.some((size) => size < 0)) return null;
  return apply(convolutionOp, tensor.inputs, { ...tensor.attributes, padding: less });
}

/** Applies a pool whose window was checked before. */
export const maximumPool = (x: Tensor, window: Window): Tensor => apply(op, [x], { ...window });

/**
 * Computes the largest element of each window of the images. PyTorch: `F.max_pool2d`.
 *
 * The gradient goes to the first of several largest elements. For a window with a NaN, the result and the place of the
 * gradient depend on the device.
 * @param x float32 images [batch, channels, height, width]
 * @param options kernel, stride (default: the kernel) and padding (default 0), which is never the largest element
 * @returns [batch, channels, out height, out width] with out = floor((size + 2 padding - kernel) / stride) + 1
 * @throws GraphError if the image is smaller than a window, or the padding is larger than half of the kernel
 */
export function maxPool2d(x: Tensor, options: PoolOptions): Tensor {
  checkTensors("maxPool2d", [x]);
  checkOptionsOf("maxPool2d", options, "{ kernel: 2 }");
  return maximumPool(x, poolWindow("maxPool2d", options));
}
