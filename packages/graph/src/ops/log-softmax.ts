import { checkAxis } from "../core/check.ts";
import { defineFunction } from "../core/define-function.ts";
import type { Tensor } from "../core/tensor.ts";
import { exp } from "./exp.ts";
import { log } from "./log.ts";
import { max } from "./max.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

const logSoftmaxOf = /* @__PURE__ */ defineFunction<{ readonly axis: number }>({
  name: "logSoftmax",
  gradient: ({ y, cotangent, attributes: { axis } }) => [
    sub(cotangent, mul(exp(y), sum(cotangent, [axis], { keepDims: true }))),
  ],
});

/** The logarithm of softmax along an axis (default: the last), right for large numbers too. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const positive = checkAxis("logSoftmax", x, axis);
  const along = [[positive], { keepDims: true }] as const;
  // ONNX has LogSoftmax, but WebGPU does not run it.
  const shifted = sub(x, max(x, ...along));
  return logSoftmaxOf(sub(shifted, log(sum(exp(shifted), ...along))), [x], { axis: positive });
}
