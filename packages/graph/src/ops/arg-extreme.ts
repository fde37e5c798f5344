import { kindOf } from "@downhill/optim/kind-of";
import { checkAxis } from "../core/check.ts";
import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { equal } from "./equal.ts";
import type { max } from "./max.ts";
import { min } from "./min.ts";
import { reshape } from "./reshape.ts";
import { where } from "./where.ts";
import { wholeNumbers } from "./whole-numbers.ts";

export interface ArgmaxOptions {
  /** Axis to search; a negative axis counts from the end. Default -1, the last axis. */
  readonly axis?: number;
  /** Keeps the axis, with size 1. Default false. */
  readonly keepDims?: boolean;
}

/**
 * Returns the index of the first largest or smallest element along an axis.
 * @param extreme `max` or `min`
 */
export function argExtreme(op: string, extreme: typeof max, x: Tensor, options: ArgmaxOptions): Tensor {
  if (typeof options !== "object" || options === null) {
    fail(op, `the options are ${kindOf(options)}. Expected an object, such as { axis: 1 }.`);
  }
  const { axis = -1, keepDims = false } = options;
  const along = checkAxis(op, x, axis);
  const size = at(x.shape, along);
  const numbers = reshape(
    wholeNumbers(size),
    x.shape.map((_, i) => (i === along ? size : 1)),
  );
  // ONNX's ArgMax returns int64, which WebGPU does not have.
  return min(where(equal(x, extreme(x, [along], { keepDims: true })), numbers, size), [along], { keepDims });
}
