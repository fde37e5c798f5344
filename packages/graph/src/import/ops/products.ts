import { at, showShape, sizeOf } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { add } from "../../ops/add.ts";
import { dense } from "../../ops/dense.ts";
import { matmul } from "../../ops/matmul.ts";
import { mul } from "../../ops/mul.ts";
import { transpose } from "../../ops/transpose.ts";
import type { Handler, NodeContext } from "../context.ts";
import { isKnown } from "../known.ts";

/** Products of matrices. A known matrix becomes a parameter [out, in], as in PyTorch. */
export const productOps: Readonly<Record<string, Handler>> = {
  MatMul: (context) => {
    const [a, b] = [context.value(0), context.value(1)];
    if (!isKnown(a) && isKnown(b) && b.shape.length === 2) {
      const weight = context.transposedParameter(1, "weight");
      return recorded(context, dense(a, weight), weight);
    }
    const [left, right] = [context.tensor(0, "hidden"), context.tensor(1, "hidden")];
    if (left.rank >= 2 && right.rank >= 2) return matmul(left, right);
    return context.node.fail(`${showShape(left.shape)} times ${showShape(right.shape)}. Expected matrices.`);
  },
  Gemm: (context) => {
    const { node } = context;
    const [alpha, beta] = [node.float("alpha", 1), node.float("beta", 1)];
    const [transposesA, transposesB] = [node.int("transA", 0) === 1, node.int("transB", 0) === 1];
    const a = context.tensor(0, "hidden");
    const x = transposesA ? transpose(a) : a;
    const weight = weightOf(context, transposesB);
    const [out] = weight.shape;
    const hasRowBias = context.has(2) && isKnown(context.value(2)) && sizeOf(context.shape(2)) === out;
    const bias = hasRowBias ? context.parameter(2, "bias", "bias", [at(weight.shape, 0)]) : undefined;
    if (alpha === 1 && beta === 1 && (bias || !context.has(2)))
      return recorded(context, dense(x, weight, bias), weight, bias);
    const y = mul(dense(x, weight), alpha);
    if (!context.has(2) || beta === 0) return recorded(context, y, weight);
    return recorded(context, add(y, mul(bias ?? context.tensor(2, "bias"), beta)), weight, bias);
  },
};

/** Returns the second matrix of a Gemm as [out, in]. */
function weightOf(context: NodeContext, isTransposed: boolean): Tensor {
  const b = context.value(1);
  if (b.shape.length !== 2) context.node.fail(`a matrix ${showShape(b.shape)}. Expected two axes.`);
  if (isKnown(b)) return isTransposed ? context.parameter(1, "weight") : context.transposedParameter(1, "weight");
  return isTransposed ? b : transpose(b);
}

function recorded(context: NodeContext, y: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [out = 1, inner = 1] = weight.shape;
  context.record("dense", y, out * inner + (bias ? out : 0), sizeOf(y.shape) * inner);
  return y;
}
