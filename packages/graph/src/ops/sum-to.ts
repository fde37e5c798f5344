import { type Shape, sameShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";

/** Sums a tensor to a smaller shape, over the axes along which that shape broadcasts to the shape of the tensor. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const added = x.rank - shape.length;
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis < added || shape[axis - added] !== x.shape[axis]);
  return reshape(sum(x, axes), shape);
}
