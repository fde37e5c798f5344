import { checkList } from "../core/check.ts";
import { apply, defineOp, isMadeBy } from "../core/op.ts";
import { broadcast, type Shape, sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { sumTo } from "./sum-to.ts";

interface ExpandAttributes extends Readonly<Record<string, unknown>> {
  readonly shape: Shape;
}

const op = defineOp<[x: Tensor], ExpandAttributes>({
  name: "expand",
  infer: ([{ shape: from }], { shape }) => {
    const result = broadcast(from, shape);
    if (!result || !sameShape(result, shape))
      fail("expand", `${showShape(from)} does not broadcast to ${showShape(shape)}`);
    return { shape };
  },
  simplify: ([x], { shape }): Tensor | null => {
    if (sameShape(x.shape, shape)) return x;
    return isMadeBy(op, x) ? expand(x.inputs[0], shape) : null;
  },
  gradient: ({ inputs: [x], cotangent }) => [sumTo(cotangent, x.shape)],
  lower: ({ builder, names: [x], attributes: { shape } }) => builder.node("Expand", [x, builder.ints(shape)]),
});

/**
 * Repeats a tensor along new axes and along axes of size 1. PyTorch: `Tensor.expand`.
 * @param shape shape of the result
 * @throws GraphError if the shape of `x` does not broadcast to `shape`
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  checkList("expand", "shape", shape, "[2, 3]");
  return apply(op, [x], { shape });
}
