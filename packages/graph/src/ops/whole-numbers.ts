import { constant } from "../core/constant.ts";
import type { Tensor } from "../core/tensor.ts";

/** Returns the int32 constant 0, 1, ..., count - 1. */
export const wholeNumbers = (count: number): Tensor =>
  constant(
    Int32Array.from({ length: count }, (_, i) => i),
    [count],
  );
