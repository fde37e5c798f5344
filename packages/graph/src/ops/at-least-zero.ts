import type { Tensor } from "../core/tensor.ts";
import { clamp } from "./clamp.ts";

/** Computes the larger of each element and 0. The gradient at 0 is 1, as in PyTorch's losses; that of `relu` is 0. */
export const atLeastZero = (x: Tensor): Tensor => clamp(x, { min: 0 });
