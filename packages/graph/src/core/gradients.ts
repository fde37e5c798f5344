import { fail } from "../error.ts";
import { add } from "../ops/add.ts";
import { constant } from "./constant.ts";
import { inOrder } from "./in-order.ts";
import { inputName } from "./input.ts";
import { at, showShape, sizeOf } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Builds the gradients of a number with respect to some tensors. They are tensors of the graph, so they have gradients too.
 * @param y a tensor with one element
 * @param by the tensors to differentiate by
 * @throws GraphError if `y` has several elements, or does not depend on one of the tensors through differentiable ops
 * @example const [dw] = gradients(ops.sum(ops.square(w)), [w]); // 2 * w
 */
export function gradients(y: Tensor, by: readonly Tensor[]): Tensor[] {
  if (sizeOf(y.shape) !== 1) {
    fail("gradients", `y is a tensor ${showShape(y.shape)}. Expected a single number, such as its sum or mean.`);
  }
  return cotangents(y, constant(Float32Array.of(1), y.shape), by);
}

/** Builds the vector-Jacobian products of a cotangent of `y` with the derivatives of `y` by some tensors. */
export function cotangents(y: Tensor, cotangent: Tensor, by: readonly Tensor[]): Tensor[] {
  const order = inOrder([y]);
  const reached = dependents(order, new Set(by));
  const cotangentOf = new Map<Tensor, Tensor>([[y, cotangent]]);
  for (const tensor of order.reverse()) {
    const own = cotangentOf.get(tensor);
    const { op, inputs, attributes } = tensor;
    if (!own || !op.gradient || !inputs.some((input) => reached.has(input))) continue;
    const parts = op.gradient({ inputs, output: tensor, cotangent: own, attributes: attributes as never });
    for (const [i, part] of parts.entries()) {
      const input = at(inputs, i);
      if (!part || !reached.has(input)) continue;
      const before = cotangentOf.get(input);
      cotangentOf.set(input, before ? add(before, part) : part);
    }
  }
  return by.map((tensor) => {
    const found = cotangentOf.get(tensor);
    if (found) return found;
    const name = inputName(tensor) ? `'${inputName(tensor)}'` : `the result of ${tensor.op.name}`;
    return fail("gradients", `y does not depend on ${name} ${showShape(tensor.shape)}. Use it, or leave it out.`);
  });
}

/** Returns the given tensors and all tensors that depend on them. */
function dependents(order: readonly Tensor[], sources: ReadonlySet<Tensor>): ReadonlySet<Tensor> {
  const reached = new Set(sources);
  for (const tensor of order) if (tensor.inputs.some((input) => reached.has(input))) reached.add(tensor);
  return reached;
}
