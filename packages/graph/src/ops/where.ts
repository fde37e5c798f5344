import { checkTypes } from "../core/check.ts";
import { operand } from "../core/define-elementwise.ts";
import { apply, defineOp } from "../core/op.ts";
import { broadcast, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { sumTo } from "./sum-to.ts";

const op = defineOp({
  name: "where",
  infer: (inputs) => {
    const [condition, a, b] = inputs as [Tensor, Tensor, Tensor];
    if (condition.dtype !== "bool") {
      fail("where", `the condition is ${condition.dtype}: expected bool, such as a comparison gives`);
    }
    if (a.dtype !== b.dtype) fail("where", `of ${a.dtype} and ${b.dtype}: expected one type: cast one of them`);
    checkTypes("where", [a, b], ["float32", "int32"]);
    const both = broadcast(a.shape, b.shape);
    const shape = both && broadcast(condition.shape, both);
    if (!shape) {
      const [first, second, third] = inputs.map((input) => showShape(input.shape));
      fail("where", `the shapes ${first} (the condition), ${second} and ${third} do not broadcast`);
    }
    return { shape, dtype: a.dtype };
  },
  gradient: ({ inputs, cotangent }) => {
    const [condition, a, b] = inputs as [Tensor, Tensor, Tensor];
    return [null, sumTo(where(condition, cotangent, 0), a.shape), sumTo(where(condition, 0, cotangent), b.shape)];
  },
  lower: ({ builder, names }) => builder.node("Where", names),
});

/** The elements of `a` where the condition, a bool tensor, is true, and those of `b` elsewhere; all three broadcast. */
export const where = (condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor =>
  apply(op, [condition, operand("where", a, b), operand("where", b, a)], {});
