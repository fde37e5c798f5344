import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import { layerNormalization } from "../onnx/layer-normalization.ts";
import { inverseDeviation } from "./inverse-deviation.ts";
import { mean } from "./mean.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";

export interface Standardizing extends Readonly<Record<string, unknown>> {
  /** First of the axes over which mean and variance are taken; the others are all axes after it. */
  readonly axis: number;
  /** Number added to the variance. */
  readonly eps: number;
}

const op = /* @__PURE__ */ defineOp<[x: Tensor], Standardizing>({
  name: "standardize",
  infer: ([{ shape }]) => ({ shape }),
  gradient: ({ inputs: [x], cotangent, attributes }) => [standardizeGradient(x, cotangent, attributes)],
  lower: ({ builder, names: [x], inputs: [{ shape }], attributes }) =>
    layerNormalization(builder, x, shape, attributes).y,
});

/** Computes `(x - mean) / sqrt(variance + eps)` over the axes from `axis` on. */
export const standardize = (x: Tensor, attributes: Standardizing): Tensor => apply(op, [x], { ...attributes });

/**
 * Computes the gradient of `sum(standardize(x) * dy)` by `x`: `dy` without its mean and without its component along the
 * result, divided by the deviation.
 */
export function standardizeGradient(x: Tensor, dy: Tensor, attributes: Standardizing): Tensor {
  const y = standardize(x, attributes);
  const axes = x.shape.map((_, axis) => axis).slice(attributes.axis);
  const average = (tensor: Tensor): Tensor => mean(tensor, axes, { keepDims: true });
  const along = mul(y, average(mul(dy, y)));
  return mul(sub(sub(dy, average(dy)), along), inverseDeviation(x, attributes));
}
