import { apply, defineOp } from "../core/op.ts";
import { at, type Shape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { isTiling } from "../pooling/pool.ts";
import { addEvenly, joinTiles } from "../pooling/scatter-to-images.ts";
import { slideOf, type Window } from "../spatial/window.ts";
import { averagePool } from "./avg-pool2d.ts";

/** Attributes of an average pool. */
export interface AveragePool extends Readonly<Record<string, unknown>> {
  readonly window: Window;
  readonly countIncludePad: boolean;
}

interface AveragePoolGradient extends AveragePool {
  /** Shape of the images before pooling. */
  readonly images: Shape;
}

const op = /* @__PURE__ */ defineOp<[dy: Tensor], AveragePoolGradient>({
  name: "avgPool2dGradient",
  infer: (_, { images }) => ({ shape: images }),
  gradient: ({ cotangent, attributes: { window, countIncludePad } }) => [
    averagePool(cotangent, { window, countIncludePad }),
  ],
  lower: ({ builder, names: [dy], inputs: [{ shape: pooled }], attributes: { window, countIncludePad, images } }) => {
    const taps = sizeOf(window.kernel);
    const weights = countIncludePad ? builder.float(1 / taps) : builder.constant(...shares(window, images));
    const part = builder.node("Mul", [dy, weights]);
    return isTiling(window)
      ? joinTiles(builder, Array<string>(taps).fill(part), window, pooled, images)
      : addEvenly(builder, part, window, pooled, images);
  },
});

/**
 * Returns 1 / (number of image pixels in the window) for each window, and the shape [rows, columns] of these numbers.
 */
function shares(window: Window, images: Shape): [Float32Array, Shape] {
  const [rows, columns] = [pixelCounts(window, images, 0), pixelCounts(window, images, 1)];
  const values = rows.flatMap((height) => columns.map((width) => 1 / (height * width)));
  return [Float32Array.from(values), [rows.length, columns.length]];
}

/** Number of rows (axis 0) or columns (axis 1) of the image in each window, without padding. */
function pixelCounts(window: Window, images: Shape, axis: 0 | 1): number[] {
  const size = at(images, axis + 2);
  const { count, kernel, stride, before } = slideOf(window, size, axis);
  return Array.from({ length: count }, (_, i) => {
    const first = i * stride - before;
    return Math.min(first + kernel, size) - Math.max(first, 0);
  });
}

/**
 * Returns the gradient of `sum(avgPool2d(x) * dy)` by `x`: each element of `dy`, divided evenly among the pixels of its
 * window.
 * @param images shape of `x`
 */
export const avgPool2dGradient = (dy: Tensor, images: Shape, attributes: AveragePool): Tensor =>
  apply(op, [dy], { ...attributes, images });
