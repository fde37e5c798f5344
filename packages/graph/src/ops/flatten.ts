import { checkAxis } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { reshape } from "./reshape.ts";

/**
 * Merges the axes from `startAxis` on into one: images [N, C, H, W] become rows [N, C * H * W]. PyTorch:
 * `torch.flatten`.
 * @param startAxis first axis to merge; a negative axis counts from the end. Default 1.
 */
export function flatten(x: Tensor, startAxis = 1): Tensor {
  const start = checkAxis("flatten", x, startAxis);
  return reshape(x, [...x.shape.slice(0, start), -1]);
}
