import { checkNumber, checkTensors, checkTypes } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { apply, defineOp } from "../core/op.ts";
import { type Shape, sameShape, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { mul } from "./mul.ts";
import { type Standardizing, standardize, standardizeGradient } from "./standardize.ts";
import { sumTo } from "./sum-to.ts";

export interface LayerNormOptions {
  /** Sizes of the last axes, which are normalized together. Default: the shape of `weight`, or else of `bias`. */
  readonly normalizedShape?: Shape;
  /** Number added to the variance; at least 0. Default 1e-5. */
  readonly eps?: number;
}

const op = /* @__PURE__ */ defineOp<[x: Tensor, weight: Tensor, ...bias: Tensor[]], Standardizing>({
  name: "layerNorm",
  infer: ([{ shape }]) => ({ shape }),
  gradient: ({ inputs: [x, weight, bias], cotangent, attributes }) => {
    const dx = standardizeGradient(x, mul(cotangent, weight), attributes);
    const dweight = sumTo(mul(cotangent, standardize(x, attributes)), weight.shape);
    return bias ? [dx, dweight, sumTo(cotangent, bias.shape)] : [dx, dweight];
  },
  lower: ({ builder, names, attributes: { axis, eps } }) =>
    builder.node("LayerNormalization", names, { axis, epsilon: { float: eps } }),
});

/**
 * Normalizes the last axes: `(x - mean) / sqrt(variance + eps) * weight + bias`, with the mean and the biased variance
 * over these axes. PyTorch: `F.layer_norm`. Paper: https://arxiv.org/abs/1607.06450.
 * @param x float32 [..., ...normalizedShape]
 * @param weight float32 of the shape `normalizedShape`; default none
 * @param bias float32 of the shape `normalizedShape`; default none
 * @param options `normalizedShape` (default: the shape of `weight` or `bias`) and `eps` (default 1e-5)
 * @returns a tensor of the shape of `x`
 * @throws GraphError if the last axes of `x` are not `normalizedShape`
 * @example const y = ops.layerNorm(tokens, weight, bias); // [batch, tokens, width], weight [width]
 */
export function layerNorm(x: Tensor, weight?: Tensor, bias?: Tensor, options: LayerNormOptions = {}): Tensor {
  checkTensors("layerNorm", [x]);
  const { normalizedShape = weight?.shape ?? bias?.shape ?? [], eps = 1e-5 } = options;
  const axis = x.rank - normalizedShape.length;
  checkTypes(
    "layerNorm",
    [x, weight, bias].filter((tensor) => tensor !== undefined),
    ["float32"],
  );
  checkNumber("layerNorm", "eps", eps, (n) => n >= 0, "a number of at least 0");
  if (normalizedShape.length === 0 || axis < 0 || !sameShape(x.shape.slice(axis), normalizedShape)) {
    fail(
      "layerNorm",
      `x ${showShape(x.shape)} over ${showShape(normalizedShape)}. Expected the sizes of the last axes of x.`,
    );
  }
  for (const [name, tensor] of Object.entries({ weight, bias })) {
    if (tensor && !sameShape(tensor.shape, normalizedShape)) {
      fail("layerNorm", `${name} ${showShape(tensor.shape)}. Expected ${showShape(normalizedShape)}.`);
    }
  }
  if (!weight && !bias) return standardize(x, { axis, eps });
  const scale = weight ?? constant(new Float32Array(sizeOf(normalizedShape)).fill(1), normalizedShape);
  return apply(op, bias ? [x, scale, bias] : [x, scale], { axis, eps });
}
