import { checkNumber, checkTensors, checkTypes } from "../core/check.ts";
import { type Shape, sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { mean } from "./mean.ts";
import { mul } from "./mul.ts";
import { reciprocal } from "./reciprocal.ts";
import { sqrt } from "./sqrt.ts";
import { square } from "./square.ts";

export interface RmsNormOptions {
  /** Sizes of the last axes, which are normalized together. Default: the shape of `weight`, or else the last axis. */
  readonly normalizedShape?: Shape;
  /** Number added to the mean square; at least 0. Default 2^-23, the precision of float32. */
  readonly eps?: number;
}

/**
 * Divides the last axes by their root mean square: `x / sqrt(mean(x^2) + eps) * weight`. PyTorch: `F.rms_norm`. Paper:
 * https://arxiv.org/abs/1910.07467.
 * @param x float32 [..., ...normalizedShape]
 * @param weight float32 of the shape `normalizedShape`; default none
 * @param options `normalizedShape` (default: the shape of `weight`, or else the last axis) and `eps` (default 2^-23)
 * @returns a tensor of the shape of `x`
 * @throws GraphError if the last axes of `x` are not `normalizedShape`
 */
export function rmsNorm(x: Tensor, weight?: Tensor, options: RmsNormOptions = {}): Tensor {
  checkTensors("rmsNorm", [x]);
  const { normalizedShape = weight?.shape ?? x.shape.slice(-1), eps = 2 ** -23 } = options;
  const axis = x.rank - normalizedShape.length;
  checkTypes("rmsNorm", weight ? [x, weight] : [x], ["float32"]);
  checkNumber("rmsNorm", "eps", eps, (n) => n >= 0, "a number of at least 0");
  if (normalizedShape.length === 0 || axis < 0 || !sameShape(x.shape.slice(axis), normalizedShape)) {
    const found = `x ${showShape(x.shape)} over ${showShape(normalizedShape)}`;
    fail("rmsNorm", `${found}. Expected the sizes of the last axes of x.`);
  }
  if (weight && !sameShape(weight.shape, normalizedShape)) {
    fail("rmsNorm", `weight ${showShape(weight.shape)}. Expected ${showShape(normalizedShape)}.`);
  }
  const axes = normalizedShape.map((_, i) => axis + i);
  const y = mul(x, reciprocal(sqrt(add(mean(square(x), axes, { keepDims: true }), eps))));
  return weight ? mul(y, weight) : y;
}
