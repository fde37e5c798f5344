import type { ProductPass, TransposePass } from "../rule/plan.ts";
import { lengths } from "../rule/shape.ts";
import type { PassImplementation } from "../rule/vocabulary.ts";
import type { BoundTensor } from "./bound-tensor.ts";
import { emitProduct, emitTranspose, matrixFrame } from "./wasm/matrix.ts";

export const products: PassImplementation<ProductPass> = {
  interpret: multiply,
  emit: (_, module) => module.once("product", emitProduct),
  frame({ a, b, out }, tensor) {
    const columns = lengths(b.shape, tensor.axes)[3];
    return matrixFrame({ ...matrixOf(a, tensor), b: tensor.address(b), out: tensor.address(out), columns });
  },
};

export const transpositions: PassImplementation<TransposePass> = {
  interpret: transpose,
  emit: (_, module) => module.once("transpose", emitTranspose),
  frame({ a, out }, tensor) {
    const matrix = matrixOf(a, tensor);
    return matrixFrame({ ...matrix, b: 0, out: tensor.address(out), columns: matrix.depth });
  },
};

function matrixOf(location: ProductPass["a"], tensor: BoundTensor) {
  const [n0, n1, rows, depth] = lengths(location.shape, tensor.axes);
  return { a: tensor.address(location), batches: n0 * n1, rows, depth };
}

/** Multiplies like the kernel: each entry is summed along k in order, and every product and sum is rounded. */
function multiply({ a, b, out }: ProductPass, tensor: BoundTensor): boolean {
  const [left, right, result] = [tensor.array(a), tensor.array(b), tensor.array(out)];
  const round = tensor.dtype === "float32" ? Math.fround : (x: number) => x;
  const [n0, n1, rows, depth] = lengths(a.shape, tensor.axes);
  const columns = lengths(b.shape, tensor.axes)[3];
  for (let batch = 0; batch < n0 * n1; batch++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let k = 0; k < depth; k++) {
          const product = round(
            (left[(batch * rows + i) * depth + k] as number) * (right[(batch * depth + k) * columns + j] as number),
          );
          sum = round(sum + product);
        }
        result[(batch * rows + i) * columns + j] = sum;
      }
    }
  }
  return true;
}

function transpose({ a, out }: TransposePass, tensor: BoundTensor): boolean {
  const [source, result] = [tensor.array(a), tensor.array(out)];
  const [n0, n1, rows, columns] = lengths(a.shape, tensor.axes);
  for (let batch = 0; batch < n0 * n1; batch++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++)
        result[(batch * columns + j) * rows + i] = source[(batch * rows + i) * columns + j] as number;
    }
  }
  return true;
}
