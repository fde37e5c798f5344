import { checkTypes } from "../core/check.ts";
import { operand } from "../core/define-elementwise.ts";
import { apply, defineOp } from "../core/op.ts";
import { broadcast, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { sumTo } from "./sum-to.ts";

const op = defineOp<[condition: Tensor, a: Tensor, b: Tensor]>({
  name: "where",
  infer: ([condition, a, b]) => {
    if (condition.dtype !== "bool") {
      fail("where", `the condition is ${condition.dtype}. Expected bool, such as the result of a comparison.`);
    }
    if (a.dtype !== b.dtype)
      fail("where", `the operands are ${a.dtype} and ${b.dtype}. Expected one type. Cast one of them.`);
    checkTypes("where", [a, b], ["float32", "int32"]);
    const both = broadcast(a.shape, b.shape);
    const shape = both && broadcast(condition.shape, both);
    if (!shape) {
      const [first, second, third] = [condition, a, b].map(({ shape: own }) => showShape(own));
      fail("where", `the shapes ${first} (the condition), ${second} and ${third} do not broadcast`);
    }
    return { shape, dtype: a.dtype };
  },
  gradient: ({ inputs: [condition, a, b], cotangent }) => [
    null,
    sumTo(where(condition, cotangent, 0), a.shape),
    sumTo(where(condition, 0, cotangent), b.shape),
  ],
  lower: ({ builder, names }) => builder.node("Where", names),
});

/**
 * Selects elements by a condition: `condition ? a : b`. PyTorch: `torch.where`.
 * @param condition bool; all three shapes broadcast
 * @param a float32 or int32, or a number
 * @param b a tensor of the same type, or a number
 * @throws GraphError if the shapes do not broadcast or the types do not match
 */
export const where = (condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor =>
  apply(op, [condition, operand("where", a, b), operand("where", b, a)], {});
