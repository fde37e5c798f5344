import { checkTypes } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { broadcast, sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";

/**
 * Checks that tensors of a loss are float32 and have one shape. [N, 1] and [N] would broadcast to all pairs, which is a
 * common mistake.
 * @throws GraphError for another type or shape
 */
export function checkEqualShapes(op: string, tensors: Readonly<Record<string, Tensor>>): void {
  const all = Object.values(tensors);
  if (all.some(({ shape }) => !sameShape(shape, (all[0] as Tensor).shape))) {
    const found = Object.entries(tensors).map(([name, { shape }]) => `${name} ${showShape(shape)}`);
    fail(op, `${found.join(", ")}. Expected equal shapes.`);
  }
  checkTypes(op, all, ["float32"]);
}

/**
 * Checks that weights are float32 and broadcast to the shape of the losses.
 * @throws GraphError for another type or shape
 */
export function checkWeight(op: string, name: string, weight: Tensor | undefined, losses: Tensor): void {
  if (!weight) return;
  const both = broadcast(weight.shape, losses.shape);
  if (weight.dtype === "float32" && both && sameShape(both, losses.shape)) return;
  const found = `${name} is ${weight.dtype} ${showShape(weight.shape)}`;
  fail(op, `${found}. Expected float32, with a shape that broadcasts to ${showShape(losses.shape)}.`);
}

/**
 * Returns one number for each class as a tensor [classes].
 * @throws GraphError for another type or number of values
 */
export function perClass(op: string, name: string, values: Tensor | readonly number[], classes: number): Tensor {
  const tensor = "op" in values ? values : constant(Float32Array.from(values), [values.length]);
  if (tensor.dtype === "float32" && sameShape(tensor.shape, [classes])) return tensor;
  return fail(
    op,
    `${name} is ${tensor.dtype} ${showShape(tensor.shape)}. Expected float32 [${classes}], one number per class.`,
  );
}
