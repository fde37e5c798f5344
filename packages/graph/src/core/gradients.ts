import { kindOf } from "@downhill/optim/kind-of";
import { fail } from "../error.ts";
import { add } from "../ops/add.ts";
import { checkTensors } from "./check.ts";
import { constant } from "./constant.ts";
import { inOrder } from "./in-order.ts";
import { failUnequal, inputName } from "./input.ts";
import { at, sameShape, showShape, sizeOf } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Builds the gradients of a number with respect to some tensors. They are tensors of the graph, so they have gradients too.
 * @param y a tensor with one element
 * @param by the tensors to differentiate by; inputs of one name are one input
 * @returns one gradient for each of them, in its shape
 * @throws GraphError if `y` has several elements, or does not depend on one of the tensors through differentiable ops
 * @example const [dw] = gradients(ops.sum(ops.square(w)), [w]); // 2 * w
 */
export function gradients<const By extends readonly Tensor[]>(
  y: Tensor,
  by: By,
): { -readonly [Index in keyof By]: Tensor } {
  if (forbidden !== null) fail("gradients", forbidden);
  checkTensors("gradients", [y]);
  if (!Array.isArray(by)) fail("gradients", `the tensors to differentiate by are ${kindOf(by)}. Expected an array.`);
  checkTensors("gradients", by);
  if (sizeOf(y.shape) !== 1) {
    fail("gradients", `y is a tensor ${showShape(y.shape)}. Expected a single number, such as its sum or mean.`);
  }
  const found: readonly Tensor[] = cotangents(y, constant(Float32Array.of(1), y.shape), by);
  return found as { -readonly [Index in keyof By]: Tensor };
}

/** Why `gradients` throws; null if it works. */
let forbidden: string | null = null;

/** Runs a function in which `gradients` throws, for the given reason. */
export function withoutGradients<T>(why: string, build: () => T): T {
  const before = forbidden;
  forbidden = why;
  try {
    return build();
  } finally {
    forbidden = before;
  }
}

/** Builds the vector-Jacobian products of a cotangent of `y` with the derivatives of `y` by some tensors. */
export function cotangents(y: Tensor, cotangent: Tensor, by: readonly Tensor[]): Tensor[] {
  return cotangentsWhere(y, cotangent, by).map((found, i) => {
    if (found) return found;
    const tensor = at(by, i);
    const name = inputName(tensor) ? `'${inputName(tensor)}'` : `the result of ${tensor.op.name}`;
    return fail("gradients", `y does not depend on ${name} ${showShape(tensor.shape)}. Use it, or leave it out.`);
  });
}

/** Builds the gradients of a number, as `gradients`, with null for each tensor that it does not depend on. */
export const gradientsWhere = (y: Tensor, by: readonly Tensor[]): (Tensor | null)[] =>
  cotangentsWhere(y, constant(Float32Array.of(1), y.shape), by);

function cotangentsWhere(y: Tensor, cotangent: Tensor, by: readonly Tensor[]): (Tensor | null)[] {
  const order = inOrder([y]);
  const equal = equalInputs(order, by);
  const reached = dependents(order, new Set([...by, ...equal.values()].flat()));
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
    const parts = [tensor, ...(equal.get(tensor) ?? [])].flatMap((one) => cotangentOf.get(one) ?? []);
    return parts.length === 0 ? null : parts.reduce(add);
  });
}

/** Returns the other tensors for each input to differentiate by: inputs of one name are one input. */
function equalInputs(order: readonly Tensor[], by: readonly Tensor[]): ReadonlyMap<Tensor, readonly Tensor[]> {
  const named = new Map<string, Tensor[]>();
  for (const tensor of new Set([...order, ...by])) {
    const name = inputName(tensor);
    if (name === null) continue;
    const known = named.get(name);
    if (known) known.push(tensor);
    else named.set(name, [tensor]);
  }
  const equal = new Map<Tensor, readonly Tensor[]>();
  for (const tensor of by) {
    const others = named.get(inputName(tensor) ?? "")?.filter((one) => one !== tensor) ?? [];
    const unequal = others.find(({ shape, dtype }) => !sameShape(shape, tensor.shape) || dtype !== tensor.dtype);
    if (unequal) failUnequal("gradients", tensor, unequal);
    if (others.length > 0) equal.set(tensor, others);
  }
  return equal;
}

/** Returns the given tensors and all tensors that depend on them. */
function dependents(order: readonly Tensor[], sources: ReadonlySet<Tensor>): ReadonlySet<Tensor> {
  const reached = new Set(sources);
  for (const tensor of order) if (tensor.inputs.some((input) => reached.has(input))) reached.add(tensor);
  return reached;
}
