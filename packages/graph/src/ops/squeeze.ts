import { checkAxes, checkTensors } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { reshape } from "./reshape.ts";

/**
 * Removes axes of size 1. PyTorch: `torch.squeeze`, which leaves larger axes unchanged.
 * @param axes negative axes count from the end. Default: all axes of size 1.
 * @throws GraphError if `x` does not have an axis, or an axis has another size
 */
export function squeeze(x: Tensor, axes?: readonly number[]): Tensor {
  checkTensors("squeeze", [x]);
  const valid = axes ? checkAxes("squeeze", x, axes) : x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  const large = valid.find((axis) => x.shape[axis] !== 1);
  if (large !== undefined) fail("squeeze", `axis ${large} of ${showShape(x.shape)}. Expected an axis of size 1.`);
  return reshape(
    x,
    x.shape.filter((_, axis) => !valid.includes(axis)),
  );
}
