import { apply, defineOp } from "../core/op.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { tapsOf } from "../pooling/taps.ts";
import type { Window } from "../spatial/window.ts";
import { LEAST, maxPool2dGradient } from "./max-pool2d-gradient.ts";

type PoolAttributes = Window & Readonly<Record<string, unknown>>;

const op = /* @__PURE__ */ defineOp<[x: Tensor, y: Tensor, values: Tensor], PoolAttributes>({
  name: "maxPool2dSelect",
  infer: ([, { shape }]) => ({ shape }),
  gradient: ({ inputs: [x, y], cotangent, attributes }) => [null, null, maxPool2dGradient(x, y, cotangent, attributes)],
  lower: ({ builder, names: [x, y, values], inputs: [{ shape: images }], attributes: window }) => {
    const tapsOfX = tapsOf(builder, x, window, images, LEAST);
    const valuesOf = tapsOf(builder, values, window, images, 0);
    // From the last tap to the first, so that the first of several largest elements wins.
    let found = valuesOf(sizeOf(window.kernel) - 1);
    for (let tap = sizeOf(window.kernel) - 2; tap >= 0; tap--) {
      found = builder.node("Where", [builder.node("Equal", [tapsOfX(tap), y]), valuesOf(tap), found]);
    }
    return found;
  },
});

/**
 * Selects one element of `values` per window, at the position of the first largest element of `x` in that window.
 * @param y `maxPool2d(x)`
 * @param values of the shape of `x`
 */
export const maxPool2dSelect = (x: Tensor, y: Tensor, values: Tensor, window: Window): Tensor =>
  apply(op, [x, y, values], { ...window });
