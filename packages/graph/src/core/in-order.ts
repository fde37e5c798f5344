import type { Tensor } from "./tensor.ts";

/** Returns the given tensors and all tensors they depend on, in topological order: inputs first. */
export function inOrder(tensors: Iterable<Tensor>): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  // An explicit stack, since recursion over deep graphs would overflow the call stack.
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
