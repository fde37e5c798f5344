import { checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import { broadcast, showShape, sizes } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { sumTo } from "./sum-to.ts";
import { swapLastAxes, transposeOf } from "./transpose.ts";

interface MatmulAttributes extends Readonly<Record<string, unknown>> {
  /** True to swap the last two axes of `a` before the product. */
  readonly transposeA: boolean;
  /** True to swap the last two axes of `b` before the product. */
  readonly transposeB: boolean;
}

const op = defineOp<[a: Tensor, b: Tensor], MatmulAttributes>({
  name: "matmul",
  infer: ([a, b], { transposeA, transposeB }) => {
    checkTypes("matmul", [a, b], ["float32"]);
    const of = (x: Tensor, transposed: boolean): string => showShape(x.shape) + (transposed ? " transposed" : "");
    const shapes = `${of(a, transposeA)} times ${of(b, transposeB)}`;
    if (a.rank < 2 || b.rank < 2) fail("matmul", `${shapes}. Expected matrices, with at least two axes.`);
    const [rows, inner] = matrix(a, transposeA);
    const [innerOfB, columns] = matrix(b, transposeB);
    const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (inner !== innerOfB) fail("matmul", `${shapes}: the inner sizes ${inner} and ${innerOfB} differ`);
    if (!batch) fail("matmul", `${shapes}: the axes before the last two do not broadcast`);
    return { shape: [...batch, rows, columns] };
  },
  simplify: ([a, b], { transposeA, transposeB }) => {
    const [plainA, plainB] = [untransposed(a), untransposed(b)];
    if (!plainA && !plainB) return null;
    return product(plainA ?? a, plainB ?? b, transposeA !== (plainA !== null), transposeB !== (plainB !== null));
  },
  gradient: ({ inputs: [a, b], cotangent, attributes: { transposeA, transposeB } }) => {
    const da = transposeA ? product(b, cotangent, transposeB, true) : product(cotangent, b, false, !transposeB);
    const db = transposeB ? product(cotangent, a, true, transposeA) : product(a, cotangent, !transposeA, false);
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  },
  lower: ({ builder, names, inputs, attributes: { transposeA, transposeB } }) => {
    const [a, b] = inputs;
    if (a.rank === 2 && b.rank === 2) {
      return builder.node("Gemm", names, { transA: Number(transposeA), transB: Number(transposeB) });
    }
    const swapped = (name: string, { rank }: Tensor, transposed: boolean): string =>
      transposed ? builder.node("Transpose", [name], { perm: swapLastAxes(rank) }) : name;
    return builder.node("MatMul", [swapped(names[0], a, transposeA), swapped(names[1], b, transposeB)]);
  },
});

/**
 * Multiplies matrices, the last two axes of each tensor: `a b`. All axes before them broadcast. A `transpose` of the
 * last two axes of an input becomes part of the product. PyTorch: `torch.matmul`.
 * @param a float32 [..., rows, inner]
 * @param b float32 [..., inner, columns]
 * @returns [..., rows, columns]
 * @throws GraphError if a tensor has fewer than two axes, or the shapes do not match
 */
export const matmul = (a: Tensor, b: Tensor): Tensor => product(a, b, false, false);

/** Multiplies matrices, each transposed before if its flag is true. */
export const product = (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor =>
  apply(op, [a, b], { transposeA, transposeB });

function matrix({ shape }: Tensor, transposed: boolean): readonly [rows: number, columns: number] {
  const [rows, columns] = sizes(shape.slice(-2), 2);
  return transposed ? [columns, rows] : [rows, columns];
}

/** The input of a transpose that swaps the last two axes; null for any other tensor. */
function untransposed(tensor: Tensor): Tensor | null {
  const made = transposeOf(tensor);
  if (!made || tensor.rank < 2) return null;
  return swapLastAxes(tensor.rank).every((axis, i) => axis === made.order[i]) ? made.x : null;
}
