import { checkNumber } from "../core/check.ts";
import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { type ClassLossOptions, classRows, reduceRows, rowWeights } from "./class-rows.ts";
import { mul } from "./mul.ts";
import { relu } from "./relu.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

export interface MultiMarginOptions extends Pick<ClassLossOptions, "reduction" | "weight"> {
  /** Power of each violation: 1 or 2. Default 1. */
  readonly p?: 1 | 2;
  /** Margin by which the score of the label should exceed the others. Default 1. */
  readonly margin?: number;
}

/**
 * Computes the multi-class hinge loss: `sum(max(margin - x[label] + x[i], 0)^p) / C` over all classes i but the label.
 * PyTorch: `F.multi_margin_loss`.
 * @param scores float32 [N, C]
 * @param labels int32 [N], each from 0 to C - 1. A label out of this range is not detected.
 * @param options `p` (default 1), `margin` (default 1), `weight` of each class (default none) and `reduction` (default
 * `"mean"`, which divides by N)
 * @returns one number, or [N] with the reduction `"none"`
 * @throws GraphError if shapes or types do not match or `p` is another number
 */
export function multiMargin(
  scores: Tensor,
  labels: Tensor,
  { p = 1, margin = 1, ...options }: MultiMarginOptions = {},
): Tensor {
  const op = "multiMargin";
  if (p !== 1 && p !== 2) fail(op, `p = ${p}. Expected 1 or 2.`);
  checkNumber(op, "margin", margin);
  const rows = classRows(op, "scores", scores, labels, { ignoreIndex: null });
  const right = sum(where(rows.hit, rows.values, 0), [1], { keepDims: true });
  const violations = where(rows.hit, 0, relu(add(sub(rows.values, right), margin)));
  const classes = at(rows.values.shape, 1);
  const losses = mul(sum(p === 1 ? violations : square(violations), [1]), 1 / classes);
  const weights = rowWeights(op, rows, options);
  return reduceRows(op, weights ? mul(losses, weights) : losses, rows, null, options);
}
