import { checkTensors } from "../core/check.ts";
import { type Shape, sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { cast } from "./cast.ts";

/**
 * Returns a target of the numbers 1 and -1 as float32.
 * @throws GraphError for another type or shape
 */
export function signTarget(op: string, target: Tensor, shape: Shape): Tensor {
  checkTensors(op, [target]);
  const { dtype } = target;
  if ((dtype === "float32" || dtype === "int32") && sameShape(target.shape, shape)) return cast(target, "float32");
  const found = `target is ${dtype} ${showShape(target.shape)}`;
  return fail(op, `${found}. Expected int32 or float32 ${showShape(shape)} of the numbers 1 and -1.`);
}
