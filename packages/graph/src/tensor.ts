import type { Op } from "./op.ts";
import type { Shape } from "./shape.ts";

/** What the elements are. Gradients flow through `float32` only. */
export type DType = "float32" | "int32" | "uint8" | "bool";

export type Attributes = Readonly<Record<string, unknown>>;

/** A value of the graph, which has a shape and no numbers yet: what an op makes of its inputs. */
export class Tensor {
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(op: Op, inputs: readonly Tensor[], attributes: Attributes, shape: Shape, dtype: DType) {
    this.op = op;
    this.inputs = inputs;
    this.attributes = attributes;
    this.shape = shape;
    this.dtype = dtype;
  }

  get rank(): number {
    return this.shape.length;
  }
}

/** Every tensor that the given ones depend on, and they themselves: inputs before what is made of them. */
export function inOrder(tensors: Iterable<Tensor>): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  // A stack of its own: deep graphs would overflow the call stack.
  const stack: { tensor: Tensor; next: number }[] = [];
  const enter = (tensor: Tensor): void => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    stack.push({ tensor, next: 0 });
  };
  for (const tensor of tensors) {
    enter(tensor);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const input = top.tensor.inputs[top.next++];
      if (input) enter(input);
      else order.push((stack.pop() as { tensor: Tensor }).tensor);
    }
  }
  return order;
}
