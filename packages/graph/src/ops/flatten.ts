import { checkAxis } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { reshape } from "./reshape.ts";

/** The axes from `startAxis` (default 1) on as one: images [N, C, H, W] become rows [N, C * H * W]. */
export const flatten = (x: Tensor, startAxis = 1): Tensor =>
  reshape(x, [...x.shape.slice(0, checkAxis("flatten", x, startAxis)), -1]);
