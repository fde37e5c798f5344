import { checkAxis } from "../core/check.ts";
import { defineFunction } from "../core/define-function.ts";
import type { Tensor } from "../core/tensor.ts";
import { exp } from "./exp.ts";
import { log } from "./log.ts";
import { max } from "./max.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

const withGradient = /* @__PURE__ */ defineFunction<[x: Tensor], { readonly axis: number }>({
  name: "logSoftmax",
  gradient: ({ y, cotangent, attributes: { axis } }) => [
    sub(cotangent, mul(exp(y), sum(cotangent, [axis], { keepDims: true }))),
  ],
});

/**
 * Computes the logarithm of softmax along an axis: `x - log(sum(exp(x)))`. Stable for large numbers. PyTorch:
 * `F.log_softmax`.
 * @param x float32
 * @param axis a negative axis counts from the end. Default -1, the last axis.
 * @returns a tensor of the shape of `x`
 * @throws GraphError if `x` does not have this axis
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const positive = checkAxis("logSoftmax", x, axis);
  const along = [[positive], { keepDims: true }] as const;
  // ONNX Runtime has no LogSoftmax on WebGPU.
  const shifted = sub(x, max(x, ...along));
  return withGradient(sub(shifted, log(sum(exp(shifted), ...along))), [x], { axis: positive });
}
