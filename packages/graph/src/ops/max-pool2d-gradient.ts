import { apply, defineOp } from "../core/op.ts";
import { sizeOf } from "../core/shape.ts";
import type { LoweringContext, Tensor } from "../core/tensor.ts";
import { dataType } from "../onnx/builder.ts";
import { putBack } from "../pooling/put-back.ts";
import { tapsOf } from "../pooling/taps.ts";
import type { Window } from "../spatial/window.ts";
import { maxPool2dSelect } from "./max-pool2d-select.ts";

type PoolAttributes = Window & Readonly<Record<string, unknown>>;

const op = /* @__PURE__ */ defineOp<PoolAttributes>({
  name: "maxPool2dGradient",
  infer: ([x]) => ({ shape: (x as Tensor).shape }),
  gradient: ({ inputs, cotangent, attributes }) => {
    const [x, y] = inputs as [Tensor, Tensor];
    return [null, null, maxPool2dSelect(x, y, cotangent, attributes)];
  },
  lower: /* @__PURE__ */ lowerWith(putBack),
});

/** The lowering that puts what each tap takes back to its pixels in the given way. */
export function lowerWith(place: typeof putBack): (context: LoweringContext<PoolAttributes>) => string {
  return ({ builder, names, inputs, attributes: window }) => {
    const [x, y, dy] = names as [string, string, string];
    const { shape: images } = inputs[0] as Tensor;
    const tapOf = tapsOf(builder, x, window, images, LEAST);
    // Each tap takes the gradient where it has the largest element, and leaves it to those after it where it has not.
    let left = dy;
    const parts = Array.from({ length: sizeOf(window.kernel) - 1 }, (_, tap) => {
      const equal = builder.node("Equal", [tapOf(tap), y]);
      const largest = builder.node("Cast", [equal], { to: dataType("float32") });
      const part = builder.node("Mul", [largest, left]);
      left = builder.node("Sub", [left, part]);
      return part;
    });
    return place(builder, [...parts, left], window, (inputs[1] as Tensor).shape, images);
  };
}

/** What padding is: no number of an image is below it. */
export const LEAST = -3.4028234663852886e38;

/**
 * The gradient of `sum(maxPool2d(x) * dy)` by `x`: the elements of `dy`, each at the first largest element of its window.
 * @param y `maxPool2d(x)`
 */
export const maxPool2dGradient = (x: Tensor, y: Tensor, dy: Tensor, window: Window): Tensor =>
  apply(op, [x, y, dy], { ...window });
