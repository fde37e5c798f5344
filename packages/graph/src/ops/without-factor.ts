import { uniformValue } from "../core/constant.ts";
import { at, sameShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";

/**
 * Splits a product into a tensor and a constant number, so that the number can be applied later, to smaller tensors.
 * The factor of any other tensor is 1.
 */
export function withoutFactor(tensor: Tensor): { readonly x: Tensor; readonly factor: number } {
  if (tensor.op.name !== "mul") return { x: tensor, factor: 1 };
  const [one, other] = [at(tensor.inputs, 0), at(tensor.inputs, 1)];
  for (const [x, number] of [
    [one, uniformValue(other)],
    [other, uniformValue(one)],
  ] as const) {
    if (number !== null && sameShape(x.shape, tensor.shape)) return { x, factor: number };
  }
  return { x: tensor, factor: 1 };
}
