import { checkNumber, checkTensors } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { reshape } from "./reshape.ts";

/**
 * Adds an axis of size 1. PyTorch: `torch.unsqueeze`.
 * @param axis position of the new axis in the result; a negative axis counts from the end, -1 is the last
 * @throws GraphError for an axis that is out of range
 */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  checkTensors("unsqueeze", [x]);
  const isValid = (value: number): boolean => Number.isInteger(value) && value >= -x.rank - 1 && value <= x.rank;
  checkNumber("unsqueeze", "axis", axis, isValid, `a whole number from ${-x.rank - 1} to ${x.rank}`);
  const place = axis < 0 ? axis + x.rank + 1 : axis;
  return reshape(x, [...x.shape.slice(0, place), 1, ...x.shape.slice(place)]);
}
