import { apply, defineOp } from "../core/op.ts";
import { sizeOf } from "../core/shape.ts";
import type { LoweringContext, Tensor } from "../core/tensor.ts";
import { dataType } from "../onnx/builder.ts";
import { scatterToImages } from "../pooling/scatter-to-images.ts";
import { tapsOf } from "../pooling/taps.ts";
import type { Window } from "../spatial/window.ts";
import { maxPool2dSelect } from "./max-pool2d-select.ts";

type PoolAttributes = Window & Readonly<Record<string, unknown>>;

const op = /* @__PURE__ */ defineOp<[x: Tensor, y: Tensor, dy: Tensor], PoolAttributes>({
  name: "maxPool2dGradient",
  infer: ([{ shape }]) => ({ shape }),
  gradient: ({ inputs: [x, y], cotangent, attributes }) => [null, null, maxPool2dSelect(x, y, cotangent, attributes)],
  lower: /* @__PURE__ */ lowerWith(scatterToImages),
});

type Context = LoweringContext<readonly [x: Tensor, y: Tensor, dy: Tensor], PoolAttributes>;

/**
 * Returns the lowering that adds the part of each tap to its pixels by the given function.
 * @param place adds the parts up to images, as `scatterToImages` does
 */
export function lowerWith(place: typeof scatterToImages): (context: Context) => string {
  return ({ builder, names: [x, y, dy], inputs: [{ shape: images }, { shape: pooled }], attributes: window }) => {
    const tapOf = tapsOf(builder, x, window, images, LEAST);
    // Each tap takes the gradient of the windows whose largest element it has, and leaves the rest to the taps after
    // it.
    let left = dy;
    const parts = Array.from({ length: sizeOf(window.kernel) - 1 }, (_, tap) => {
      const equal = builder.node("Equal", [tapOf(tap), y]);
      const largest = builder.node("Cast", [equal], { to: dataType("float32") });
      const part = builder.node("Mul", [largest, left]);
      left = builder.node("Sub", [left, part]);
      return part;
    });
    return place(builder, [...parts, left], window, pooled, images);
  };
}

/** Value of padding, the lowest float32 number, so that padding is never the largest element. */
export const LEAST = -3.4028234663852886e38;

/**
 * Computes the gradient of `sum(maxPool2d(x) * dy)` by `x`: each element of `dy`, at the first largest element of its
 * window.
 * @param y `maxPool2d(x)`
 */
export const maxPool2dGradient = (x: Tensor, y: Tensor, dy: Tensor, window: Window): Tensor =>
  apply(op, [x, y, dy], { ...window });
