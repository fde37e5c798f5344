import { uniformValue } from "../core/constant.ts";
import { sameShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";

/** A tensor as a number times another, so that the number can be left to what is small; 1 times itself if it is none. */
export function withoutFactor(tensor: Tensor): { readonly x: Tensor; readonly factor: number } {
  if (tensor.op.name !== "mul") return { x: tensor, factor: 1 };
  const [one, other] = tensor.inputs as [Tensor, Tensor];
  for (const [x, number] of [
    [one, uniformValue(other)],
    [other, uniformValue(one)],
  ] as const) {
    if (number !== null && sameShape(x.shape, tensor.shape)) return { x, factor: number };
  }
  return { x: tensor, factor: 1 };
}
