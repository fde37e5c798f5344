import { apply, defineOp } from "../core/op.ts";
import { type Shape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { isTiling } from "../pooling/pool.ts";
import { addEvenly, joinTiles } from "../pooling/put-back.ts";
import { slideOf, type Window } from "../spatial/window.ts";
import { averagePool } from "./avg-pool2d.ts";

export interface AveragePool extends Readonly<Record<string, unknown>> {
  readonly window: Window;
  readonly countIncludePad: boolean;
}

interface AveragePoolGradient extends AveragePool {
  /** Of the images that were pooled. */
  readonly images: Shape;
}

const op = /* @__PURE__ */ defineOp<AveragePoolGradient>({
  name: "avgPool2dGradient",
  infer: (_, { images }) => ({ shape: images }),
  gradient: ({ cotangent, attributes: { window, countIncludePad } }) => [
    averagePool(cotangent, { window, countIncludePad }),
  ],
  lower: ({ builder, names: [dy], inputs, attributes: { window, countIncludePad, images } }) => {
    const { shape: pooled } = inputs[0] as Tensor;
    const taps = sizeOf(window.kernel);
    const weights = countIncludePad ? builder.float(1 / taps) : builder.constant(...shares(window, images));
    const part = builder.node("Mul", [dy as string, weights]);
    return isTiling(window)
      ? joinTiles(builder, Array<string>(taps).fill(part), window, pooled, images)
      : addEvenly(builder, part, window, pooled, images);
  },
});

/** 1 over the number of pixels that each window has, with its shape. */
function shares(window: Window, images: Shape): [Float32Array, Shape] {
  const counts = ([0, 1] as const).map((axis) => {
    const size = images[axis + 2] as number;
    const { count, kernel, stride, before } = slideOf(window, size, axis);
    return Array.from({ length: count }, (_, i) => {
      const first = i * stride - before;
      return Math.min(first + kernel, size) - Math.max(first, 0);
    });
  }) as [number[], number[]];
  const values = counts[0].flatMap((rows) => counts[1].map((columns) => 1 / (rows * columns)));
  return [Float32Array.from(values), [counts[0].length, counts[1].length]];
}

/**
 * The gradient of `sum(avgPool2d(x) * dy)` by `x`: each element of `dy` in equal parts to the pixels of its window.
 * @param images the shape of `x`
 */
export const avgPool2dGradient = (dy: Tensor, images: Shape, attributes: AveragePool): Tensor =>
  apply(op, [dy], { ...attributes, images });
