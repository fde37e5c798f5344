import { checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { product } from "./matmul.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";

const op = defineOp({
  name: "dense",
  infer: ([x, weight]) => ({ shape: [(x as Tensor).shape[0] as number, (weight as Tensor).shape[0] as number] }),
  gradient: ({ inputs, cotangent }) => {
    const [x, weight] = inputs as [Tensor, Tensor];
    return [product(cotangent, weight, false, false), product(cotangent, x, true, false), sum(cotangent, [0])];
  },
  lower: ({ builder, names }) => builder.node("Gemm", names, { transB: 1 }),
});

/**
 * A fully connected layer, x W^T + b: one matrix product, in which the gradients are one each too.
 * @param x [..., in]
 * @param weight [out, in]
 * @param bias [out]
 * @returns [..., out]
 */
export function dense(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [out, inner] = weight.shape as readonly [number, number];
  const shapes = [`x ${showShape(x.shape)}`, `weight ${showShape(weight.shape)}`];
  if (bias) shapes.push(`bias ${showShape(bias.shape)}`);
  const fits = x.rank >= 1 && weight.rank === 2 && x.shape.at(-1) === inner;
  if (!fits || (bias && !(bias.rank === 1 && bias.shape[0] === out))) {
    fail("dense", `${shapes.join(", ")}: expected x [..., in], weight [out, in]${bias ? ", bias [out]" : ""}`);
  }
  checkTypes("dense", bias ? [x, weight, bias] : [x, weight], ["float32"]);
  const rows = reshape(x, [-1, inner]);
  const y = bias ? apply(op, [rows, weight, bias], {}) : product(rows, weight, false, true);
  return reshape(y, [...x.shape.slice(0, -1), out]);
}
