import { checkAxes, checkTypes } from "../core/check.ts";
import type { ReductionOptions } from "../core/define-reduction.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { exp } from "./exp.ts";
import { log } from "./log.ts";
import { max } from "./max.ts";
import { reshape } from "./reshape.ts";
import { stopGradient } from "./stop-gradient.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

/**
 * Computes `log(sum(exp(x)))` over some axes. Stable for large numbers. PyTorch: `torch.logsumexp`.
 * @param x float32
 * @param axes negative axes count from the end. Default: all axes.
 * @param options `keepDims`: true to keep the reduced axes with size 1; default false
 * @throws GraphError if `x` does not have an axis, or an axis is listed twice
 */
export function logSumExp(x: Tensor, axes?: readonly number[], { keepDims = false }: ReductionOptions = {}): Tensor {
  checkTypes("logSumExp", [x], ["float32"]);
  const valid = checkAxes("logSumExp", x, axes);
  const largest = stopGradient(max(x, valid, { keepDims: true }));
  const whole = add(log(sum(exp(sub(x, largest)), valid, { keepDims: true })), largest);
  return keepDims
    ? whole
    : reshape(
        whole,
        x.shape.filter((_, axis) => !valid.includes(axis)),
      );
}
