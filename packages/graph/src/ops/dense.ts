import { checkTensors, checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import { at, hasRank, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { product } from "./matmul.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";

const op = defineOp<[x: Tensor, weight: Tensor, bias: Tensor]>({
  name: "dense",
  infer: ([x, weight]) => ({ shape: [at(x.shape, 0), at(weight.shape, 0)] }),
  gradient: ({ inputs: [x, weight], cotangent }) => [
    product(cotangent, weight, false, false),
    product(cotangent, x, true, false),
    sum(cotangent, [0]),
  ],
  lower: ({ builder, names }) => builder.node("Gemm", names, { transB: 1 }),
});

/**
 * Applies a fully connected layer: `x W^T + b`, as one matrix product. PyTorch: `F.linear`.
 * @param x float32 [..., in]
 * @param weight float32 [out, in]
 * @param bias float32 [out]; default none
 * @returns [..., out]
 * @throws GraphError if the shapes do not match
 */
export function dense(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  checkTensors("dense", [x, weight, ...(bias ? [bias] : [])]);
  const { shape } = weight;
  const shapes = [`x ${showShape(x.shape)}`, `weight ${showShape(shape)}`];
  if (bias) shapes.push(`bias ${showShape(bias.shape)}`);
  const fitsBias = !bias || (bias.rank === 1 && bias.shape[0] === shape[0]);
  if (!hasRank(shape, 2) || x.rank < 1 || x.shape.at(-1) !== shape[1] || !fitsBias) {
    fail("dense", `${shapes.join(", ")}. Expected x [..., in], weight [out, in]${bias ? ", bias [out]" : ""}.`);
  }
  checkTypes("dense", bias ? [x, weight, bias] : [x, weight], ["float32"]);
  const [out, inner] = shape;
  const rows = reshape(x, [-1, inner]);
  const y = bias ? apply(op, [rows, weight, bias], {}) : product(rows, weight, false, true);
  return reshape(y, [...x.shape.slice(0, -1), out]);
}
