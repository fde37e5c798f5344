import type { Tensor } from "../core/tensor.ts";
import { mul } from "./mul.ts";

/** Each element by itself. */
export const square = (x: Tensor | number): Tensor => mul(x, x);
