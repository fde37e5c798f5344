import { apply, defineOp } from "../core/op.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { layerNormalization } from "../onnx/layer-normalization.ts";
import { mul } from "./mul.ts";
import { square } from "./square.ts";
import { type Standardizing, standardize } from "./standardize.ts";

const op = /* @__PURE__ */ defineOp<Standardizing>({
  name: "inverseDeviation",
  infer: ([x], { axis }) => ({ shape: (x as Tensor).shape.map((size, i) => (i < axis ? size : 1)) }),
  gradient: ({ inputs, output, cotangent, attributes }) => {
    const [x] = inputs as [Tensor];
    const count = sizeOf(x.shape.slice(attributes.axis));
    return [mul(standardize(x, attributes), mul(mul(cotangent, square(output)), -1 / count))];
  },
  lower: ({ builder, names: [x], inputs, attributes }) =>
    layerNormalization(builder, x as string, (inputs[0] as Tensor).shape, attributes).inverse,
});

/** 1 / sqrt(variance + eps) over the axes from `axis` on, which are kept with size 1. */
export const inverseDeviation = (x: Tensor, attributes: Standardizing): Tensor => apply(op, [x], { ...attributes });
