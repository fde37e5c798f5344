import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import { layerNormalization } from "../onnx/layer-normalization.ts";
import { inverseDeviation } from "./inverse-deviation.ts";
import { mean } from "./mean.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";

export interface Standardizing extends Readonly<Record<string, unknown>> {
  /** The first of the axes over which mean and variance are taken, up to the last axis. */
  readonly axis: number;
  /** Added to the variance. */
  readonly eps: number;
}

const op = /* @__PURE__ */ defineOp<Standardizing>({
  name: "standardize",
  infer: ([x]) => ({ shape: (x as Tensor).shape }),
  gradient: ({ inputs: [x], cotangent, attributes }) => [standardizeGradient(x as Tensor, cotangent, attributes)],
  lower: ({ builder, names: [x], inputs, attributes }) =>
    layerNormalization(builder, x as string, (inputs[0] as Tensor).shape, attributes).y,
});

/** (x - mean) / sqrt(variance + eps) over the axes from `axis` on. */
export const standardize = (x: Tensor, attributes: Standardizing): Tensor => apply(op, [x], { ...attributes });

/** The gradient of `sum(standardize(x) * dy)` by `x`: `dy` less its mean and its part along the result, rescaled. */
export function standardizeGradient(x: Tensor, dy: Tensor, attributes: Standardizing): Tensor {
  const y = standardize(x, attributes);
  const axes = x.shape.map((_, axis) => axis).slice(attributes.axis);
  const average = (tensor: Tensor): Tensor => mean(tensor, axes, { keepDims: true });
  const along = mul(y, average(mul(dy, y)));
  return mul(sub(sub(dy, average(dy)), along), inverseDeviation(x, attributes));
}
