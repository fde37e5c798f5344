import type { Allocator } from "../parameters/allocator.ts";
import type { IdentityPass, ProductPass, TransposePass, ValueLocation } from "../rule/plan.ts";
import { lengths } from "../rule/shape.ts";
import type { PassImplementation } from "../rule/vocabulary.ts";
import type { BoundTensor } from "./bound-tensor.ts";
import { FunctionBody } from "./wasm/assembler.ts";
import { emitTranspose, matrixFrame } from "./wasm/matrix.ts";
import { type ProductForm, SCRATCH_BYTES } from "./wasm/panels.ts";
import { emitProduct } from "./wasm/product.ts";

export const products: PassImplementation<ProductPass> = {
  interpret: multiply,
  emit: (form, module) => module.once(`product ${outlineOf(form)}`, () => emitProduct(form)),
  frame(pass, tensor) {
    const [rows, depth, columns] = sidesOf(pass, tensor);
    const { a, b, out } = pass;
    const [start, right, result] = [a, b, out].map((location) => tensor.address(location)) as [number, number, number];
    const scratch = scratchOf(tensor.arena);
    return matrixFrame({
      a: start,
      b: right,
      out: result,
      batches: batchesOf(a, tensor),
      rows,
      depth,
      columns,
      scratch,
    });
  },
};

/** Returns a description of the kernel that a product needs. */
export const outlineOf = ({ leftTransposed, rightTransposed, symmetric }: ProductForm): string =>
  [leftTransposed, rightTransposed, symmetric].map(Number).join("");

export const transpositions: PassImplementation<TransposePass> = {
  interpret: transpose,
  emit: (_, module) => module.once("transpose", emitTranspose),
  frame({ a, out }, tensor) {
    const [, , rows, depth] = lengths(a.shape, tensor.axes);
    const [start, result] = [tensor.address(a), tensor.address(out)];
    const batches = batchesOf(a, tensor);
    return matrixFrame({ a: start, b: 0, out: result, batches, rows, depth, columns: depth, scratch: 0 });
  },
};

/** Identity matrices are written on the host, because they are small. */
export const identities: PassImplementation<IdentityPass> = {
  start({ out }, tensor) {
    const [target, columns] = [tensor.array(out), lengths(out.shape, tensor.axes)[3]];
    target.fill(0);
    for (let row = 0; row < target.length / columns; row++) target[row * columns + (row % columns)] = 1;
  },
  interpret: () => true,
  emit: (_, module) => module.once("host", () => new FunctionBody().i32(1)),
  frame: () => [0],
};

/** Scratch memory of the kernels, which all products of an arena share because one runs at a time. */
const scratches = new WeakMap<Allocator, number>();

function scratchOf(arena: Allocator): number {
  const address = scratches.get(arena) ?? arena.allocate(SCRATCH_BYTES);
  scratches.set(arena, address);
  return address;
}

/** Returns the rows of a product, the length of its sums, and its columns. */
function sidesOf(
  { a, b, leftTransposed, rightTransposed }: ProductPass,
  tensor: BoundTensor,
): [number, number, number] {
  const [, , top, left] = lengths(a.shape, tensor.axes);
  const [, , bottom, right] = lengths(b.shape, tensor.axes);
  return [leftTransposed ? left : top, leftTransposed ? top : left, rightTransposed ? bottom : right];
}

function batchesOf(location: ValueLocation, tensor: BoundTensor): number {
  const [n0, n1] = lengths(location.shape, tensor.axes);
  return n0 * n1;
}

/** Multiplies like the kernel: each entry is summed along k in order, and every product and sum is rounded. */
function multiply(pass: ProductPass, tensor: BoundTensor): boolean {
  const { a, b, out, leftTransposed, rightTransposed, symmetric } = pass;
  const [left, right, result] = [tensor.array(a), tensor.array(b), tensor.array(out)];
  const round = tensor.dtype === "float32" ? Math.fround : (x: number) => x;
  const [rows, depth, columns] = sidesOf(pass, tensor);
  const [down, along] = leftTransposed ? [1, rows] : [depth, 1];
  const [below, beside] = rightTransposed ? [1, depth] : [columns, 1];
  for (let batch = 0; batch < batchesOf(a, tensor); batch++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < (symmetric ? i + 1 : columns); j++) {
        let sum = 0;
        for (let k = 0; k < depth; k++) {
          const x = left[batch * rows * depth + i * down + k * along] as number;
          const y = right[batch * depth * columns + k * below + j * beside] as number;
          sum = round(sum + round(x * y));
        }
        result[(batch * rows + i) * columns + j] = sum;
        if (symmetric) result[(batch * rows + j) * columns + i] = sum;
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
