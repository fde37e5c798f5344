import { fail } from "../error.ts";
import { add } from "../ops/add.ts";
import { constant } from "./constant.ts";
import { inOrder } from "./in-order.ts";
import { inputName } from "./input.ts";
import { showShape, sizeOf } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/**
 * The gradients of one number by some tensors: more graph, so gradients of gradients work.
 * @param y a tensor of one element
 * @throws GraphError where `y` has more elements, or does not depend on one of the tensors by ops that have a gradient
 * @example const [dw] = gradients(ops.sum(ops.square(w)), [w]); // 2 * w
 */
export function gradients(y: Tensor, by: readonly Tensor[]): Tensor[] {
  if (sizeOf(y.shape) !== 1) {
    fail("gradients", `of a tensor ${showShape(y.shape)}: expected one number, such as its sum or mean`);
  }
  return cotangents(y, constant(Float32Array.of(1), y.shape), by);
}

/** The product of a cotangent of `y` with the derivatives of `y` by some tensors. */
export function cotangents(y: Tensor, cotangent: Tensor, by: readonly Tensor[]): Tensor[] {
  const order = inOrder([y]);
  const reached = dependents(order, new Set(by));
  const flowing = new Map<Tensor, Tensor>([[y, cotangent]]);
  for (const tensor of order.reverse()) {
    const own = flowing.get(tensor);
    const { op, inputs, attributes } = tensor;
    if (!own || !op.gradient || !inputs.some((input) => reached.has(input))) continue;
    const parts = op.gradient({ inputs, output: tensor, cotangent: own, attributes: attributes as never });
    for (const [i, part] of parts.entries()) {
      const input = inputs[i] as Tensor;
      if (!part || !reached.has(input)) continue;
      const before = flowing.get(input);
      flowing.set(input, before ? add(before, part) : part);
    }
  }
  return by.map((tensor) => {
    const found = flowing.get(tensor);
    if (found) return found;
    const name = inputName(tensor) ? `'${inputName(tensor)}'` : `a tensor made by ${tensor.op.name}`;
    return fail(
      "gradients",
      `the result does not depend on ${name} ${showShape(tensor.shape)}: use it, or leave it out`,
    );
  });
}

/** Which tensors depend on some of the given ones; these themselves too. */
function dependents(order: readonly Tensor[], of: ReadonlySet<Tensor>): ReadonlySet<Tensor> {
  const reached = new Set(of);
  for (const tensor of order) if (tensor.inputs.some((input) => reached.has(input))) reached.add(tensor);
  return reached;
}
