import { checkNumber, checkTypes } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { apply, defineOp } from "../core/op.ts";
import { type Shape, sameShape, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { mul } from "./mul.ts";
import { type Standardizing, standardize, standardizeGradient } from "./standardize.ts";
import { sumTo } from "./sum-to.ts";

export interface LayerNormOptions {
  /** The last axes, over which each mean and variance is taken; default the shape of `weight`, or of `bias`. */
  readonly normalizedShape?: Shape;
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
}

const op = /* @__PURE__ */ defineOp<Standardizing>({
  name: "layerNorm",
  infer: ([x]) => ({ shape: (x as Tensor).shape }),
  gradient: ({ inputs, cotangent, attributes }) => {
    const [x, weight, bias] = inputs as [Tensor, Tensor, Tensor?];
    const dx = standardizeGradient(x, mul(cotangent, weight), attributes);
    const dweight = sumTo(mul(cotangent, standardize(x, attributes)), weight.shape);
    return bias ? [dx, dweight, sumTo(cotangent, bias.shape)] : [dx, dweight];
  },
  lower: ({ builder, names, attributes: { axis, eps } }) =>
    builder.node("LayerNormalization", names, { axis, epsilon: { float: eps } }),
});

/**
 * Layer normalisation: each element of the leading axes by the mean and variance of what it holds, then times `weight`
 * plus `bias`. https://arxiv.org/abs/1607.06450, and PyTorch's arithmetic.
 * @param x [..., ...normalizedShape]
 * @param weight of `normalizedShape`; none by default, and `bias` alike
 * @throws GraphError where the last axes of `x` are not `normalizedShape`
 * @example const y = ops.layerNorm(tokens, weight, bias); // [batch, tokens, width], weight [width]
 */
export function layerNorm(x: Tensor, weight?: Tensor, bias?: Tensor, options: LayerNormOptions = {}): Tensor {
  const { normalizedShape = weight?.shape ?? bias?.shape ?? [], eps = 1e-5 } = options;
  const axis = x.rank - normalizedShape.length;
  checkTypes(
    "layerNorm",
    [x, weight, bias].filter((tensor) => tensor !== undefined),
    ["float32"],
  );
  checkNumber("layerNorm", "eps", eps, (n) => n >= 0, "a number of at least 0");
  if (normalizedShape.length === 0 || axis < 0 || !sameShape(x.shape.slice(axis), normalizedShape)) {
    fail("layerNorm", `x ${showShape(x.shape)} over ${showShape(normalizedShape)}: expected the last sizes of x`);
  }
  for (const [name, tensor] of Object.entries({ weight, bias })) {
    if (tensor && !sameShape(tensor.shape, normalizedShape)) {
      fail("layerNorm", `${name} ${showShape(tensor.shape)}: expected ${showShape(normalizedShape)}`);
    }
  }
  if (!weight && !bias) return standardize(x, { axis, eps });
  const scale = weight ?? constant(new Float32Array(sizeOf(normalizedShape)).fill(1), normalizedShape);
  return apply(op, bias ? [x, scale, bias] : [x, scale], { axis, eps });
}
