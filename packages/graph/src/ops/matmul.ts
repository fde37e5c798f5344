import { checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import { broadcast, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { sumTo } from "./sum-to.ts";
import { swapLastAxes } from "./transpose.ts";

interface MatmulAttributes extends Readonly<Record<string, unknown>> {
  /** Whether the last two axes of an input change places before. */
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const op = defineOp<MatmulAttributes>({
  name: "matmul",
  infer: (inputs, { transposeA, transposeB }) => {
    checkTypes("matmul", inputs, ["float32"]);
    const [a, b] = inputs as [Tensor, Tensor];
    const of = (x: Tensor, transposed: boolean): string => showShape(x.shape) + (transposed ? " transposed" : "");
    const shapes = `${of(a, transposeA)} times ${of(b, transposeB)}`;
    if (a.rank < 2 || b.rank < 2) fail("matmul", `${shapes}: expected matrices, of two axes or more`);
    const [rows, inner] = matrix(a, transposeA);
    const [innerOfB, columns] = matrix(b, transposeB);
    const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (inner !== innerOfB) fail("matmul", `${shapes}: the inner sizes ${inner} and ${innerOfB} differ`);
    if (!batch) fail("matmul", `${shapes}: the axes before the last two do not broadcast`);
    return { shape: [...batch, rows, columns] };
  },
  simplify: (inputs, { transposeA, transposeB }) => {
    const [a, b] = inputs as [Tensor, Tensor];
    const [plainA, plainB] = [untransposed(a), untransposed(b)];
    if (!plainA && !plainB) return null;
    return product(plainA ?? a, plainB ?? b, transposeA !== (plainA !== null), transposeB !== (plainB !== null));
  },
  gradient: ({ inputs, cotangent, attributes: { transposeA, transposeB } }) => {
    const [a, b] = inputs as [Tensor, Tensor];
    const da = transposeA ? product(b, cotangent, transposeB, true) : product(cotangent, b, false, !transposeB);
    const db = transposeB ? product(cotangent, a, true, transposeA) : product(a, cotangent, !transposeA, false);
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  },
  lower: ({ builder, names, inputs, attributes: { transposeA, transposeB } }) => {
    const flags = [transposeA, transposeB];
    if (inputs.every(({ rank }) => rank === 2)) {
      const [transA, transB] = flags.map(Number) as [number, number];
      return builder.node("Gemm", names, { transA, transB });
    }
    const given = names.map((name, i) =>
      flags[i] ? builder.node("Transpose", [name], { perm: swapLastAxes((inputs[i] as Tensor).rank) }) : name,
    );
    return builder.node("MatMul", given);
  },
});

/** The product of matrices: the last two axes; those before broadcast. A transposed input costs nothing extra. */
export const matmul = (a: Tensor, b: Tensor): Tensor => product(a, b, false, false);

/** The product of matrices of which some are transposed before. */
export const product = (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor =>
  apply(op, [a, b], { transposeA, transposeB });

function matrix({ shape }: Tensor, transposed: boolean): readonly [rows: number, columns: number] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

/** What a tensor is the transpose of, in its last two axes; null where it is no transpose. */
function untransposed({ op: made, inputs, attributes, rank }: Tensor): Tensor | null {
  if (made.name !== "transpose" || rank < 2) return null;
  const { order } = attributes as { readonly order: readonly number[] };
  return swapLastAxes(rank).every((axis, i) => axis === order[i]) ? (inputs[0] as Tensor) : null;
}
