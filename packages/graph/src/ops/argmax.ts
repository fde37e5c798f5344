import type { Tensor } from "../core/tensor.ts";
import { type ArgmaxOptions, argExtreme } from "./arg-extreme.ts";
import { max } from "./max.ts";

/**
 * Returns the index of the largest element along an axis, the first of several. Stops the gradient. PyTorch:
 * `torch.argmax`, whose default is the index in the flattened tensor.
 * @param x float32 or int32
 * @param options `axis` (default -1), and `keepDims`: true to keep the axis with size 1 (default false)
 * @returns int32, without the axis. The size of the axis where an element is NaN.
 * @throws GraphError if `x` does not have the axis
 */
export const argmax = (x: Tensor, options: ArgmaxOptions = {}): Tensor => argExtreme("argmax", max, x, options);
