import type { Tensor } from "../../core/tensor.ts";
import { abs } from "../../ops/abs.ts";
import { logSumExp } from "../../ops/log-sum-exp.ts";
import { max } from "../../ops/max.ts";
import { mean } from "../../ops/mean.ts";
import { min } from "../../ops/min.ts";
import { sqrt } from "../../ops/sqrt.ts";
import { square } from "../../ops/square.ts";
import { sum } from "../../ops/sum.ts";
import type { Handler } from "../context.ts";
import { axisOf } from "../fold-structure.ts";

type Reduce = (x: Tensor, axes: readonly number[], options: { readonly keepDims: boolean }) => Tensor;

/** Reductions over axes, which are an attribute or, in newer opsets, an input. */
export const reductionOps: Readonly<Record<string, Handler>> = {
  ReduceMean: reduction(mean),
  ReduceSum: reduction(sum),
  ReduceMax: reduction(max),
  ReduceMin: reduction(min),
  ReduceL1: reduction((x, ...rest) => sum(abs(x), ...rest)),
  ReduceL2: reduction((x, ...rest) => sqrt(sum(square(x), ...rest))),
  ReduceSumSquare: reduction((x, ...rest) => sum(square(x), ...rest)),
  ReduceLogSumExp: reduction(logSumExp),
};

function reduction(reduce: Reduce): Handler {
  return (context) => {
    const { node } = context;
    const x = context.tensor(0);
    const given = context.intsOf("axes", 1) ?? [];
    if (given.length === 0 && node.int("noop_with_empty_axes", 0) === 1) return x;
    const axes =
      given.length === 0 ? x.shape.map((_, axis) => axis) : given.map((axis) => axisOf(context, axis, x.rank));
    return reduce(x, axes, { keepDims: node.int("keepdims", 1) === 1 });
  };
}
