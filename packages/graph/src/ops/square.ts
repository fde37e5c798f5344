import type { Tensor } from "../core/tensor.ts";
import { mul } from "./mul.ts";

/**
 * Squares each element: `x * x`. PyTorch: `torch.square`.
 * @param x float32 or int32, or a number
 * @returns a tensor of the shape of `x`
 */
export const square = (x: Tensor | number): Tensor => mul(x, x);
