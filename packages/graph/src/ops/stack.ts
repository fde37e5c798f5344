import { checkList, checkTensors } from "../core/check.ts";
import { sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { concat } from "./concat.ts";
import { unsqueeze } from "./unsqueeze.ts";

/**
 * Joins tensors along a new axis. PyTorch: `torch.stack`.
 * @param tensors one or more of one shape, all float32 or all int32
 * @param axis position of the new axis in the result; a negative axis counts from the end. Default 0.
 * @throws GraphError if there is no tensor, or if shapes or types do not match
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  checkList("stack", "tensors", tensors, "[a, b]");
  checkTensors("stack", tensors);
  const [first] = tensors;
  if (!first) fail("stack", "no tensors. Expected at least one.");
  const other = tensors.find(({ shape }) => !sameShape(shape, first.shape));
  if (other) fail("stack", `${showShape(first.shape)} and ${showShape(other.shape)}. Expected equal shapes.`);
  return concat(
    tensors.map((tensor) => unsqueeze(tensor, axis)),
    axis < 0 ? axis + first.rank + 1 : axis,
  );
}
