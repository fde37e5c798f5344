import { apply, defineOp } from "../core/op.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { layerNormalization } from "../onnx/layer-normalization.ts";
import { mul } from "./mul.ts";
import { square } from "./square.ts";
import { type Standardizing, standardize } from "./standardize.ts";

const op = /* @__PURE__ */ defineOp<[x: Tensor], Standardizing>({
  name: "inverseDeviation",
  infer: ([x], { axis }) => ({ shape: x.shape.map((size, i) => (i < axis ? size : 1)) }),
  gradient: ({ inputs: [x], output, cotangent, attributes }) => {
    const count = sizeOf(x.shape.slice(attributes.axis));
    return [mul(standardize(x, attributes), mul(mul(cotangent, square(output)), -1 / count))];
  },
  lower: ({ builder, names: [x], inputs: [{ shape }], attributes }) =>
    layerNormalization(builder, x, shape, attributes).inverse,
});

/** Computes `1 / sqrt(variance + eps)` over the axes from `axis` on, which are kept with size 1. */
export const inverseDeviation = (x: Tensor, attributes: Standardizing): Tensor => apply(op, [x], { ...attributes });
