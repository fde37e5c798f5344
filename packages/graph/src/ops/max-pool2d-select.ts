import { apply, defineOp } from "../core/op.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { tapsOf } from "../pooling/taps.ts";
import type { Window } from "../spatial/window.ts";
import { LEAST, maxPool2dGradient } from "./max-pool2d-gradient.ts";

type PoolAttributes = Window & Readonly<Record<string, unknown>>;

const op = /* @__PURE__ */ defineOp<PoolAttributes>({
  name: "maxPool2dSelect",
  infer: ([, y]) => ({ shape: (y as Tensor).shape }),
  gradient: ({ inputs, cotangent, attributes }) => {
    const [x, y] = inputs as [Tensor, Tensor];
    return [null, null, maxPool2dGradient(x, y, cotangent, attributes)];
  },
  lower: ({ builder, names, inputs, attributes: window }) => {
    const [x, y, values] = names as [string, string, string];
    const { shape: images } = inputs[0] as Tensor;
    const tapsOfX = tapsOf(builder, x, window, images, LEAST);
    const valuesOf = tapsOf(builder, values, window, images, 0);
    // From the last tap to the first, so that the first of several largest elements is what remains.
    let found = valuesOf(sizeOf(window.kernel) - 1);
    for (let tap = sizeOf(window.kernel) - 2; tap >= 0; tap--) {
      found = builder.node("Where", [builder.node("Equal", [tapsOfX(tap), y]), valuesOf(tap), found]);
    }
    return found;
  },
});

/**
 * The elements of `values` that are where `x` has the first largest element of each window.
 * @param y `maxPool2d(x)`
 * @param values of the shape of `x`
 */
export const maxPool2dSelect = (x: Tensor, y: Tensor, values: Tensor, window: Window): Tensor =>
  apply(op, [x, y, values], { ...window });
