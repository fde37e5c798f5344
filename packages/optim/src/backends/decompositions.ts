import { descending, eigenvectors } from "../linear-algebra/eigenvectors.ts";
import { orthonormalize } from "../linear-algebra/orthonormalize.ts";
import type { Decomposition } from "../rule/expression.ts";
import type { DecompositionPass } from "../rule/plan.ts";
import { lengths } from "../rule/shape.ts";
import type { PassImplementation } from "../rule/vocabulary.ts";
import { FunctionBody } from "./wasm/assembler.ts";

/**
 * Decompositions run in float64 on the host, on every backend: their loops are short and hardly vectorize, and rules run
 * them once in many steps. The kernel has nothing left to do.
 */
export const decompositions: PassImplementation<DecompositionPass> = {
  start({ op, a, out }, tensor) {
    const [n0, n1, rows, columns] = lengths(a.shape, tensor.axes);
    const [source, target] = [tensor.array(a), tensor.array(out)];
    const [taken, given] = [rows * columns, target.length / (n0 * n1)];
    for (let batch = 0; batch < n0 * n1; batch++) {
      const values = Float64Array.from(source.subarray(batch * taken, (batch + 1) * taken));
      const result = target.subarray(batch * given, (batch + 1) * given);
      if (values.every(Number.isFinite)) COMPUTE[op](values, rows, columns, result);
      else result.fill(Number.NaN);
    }
  },
  interpret: () => true,
  emit: (_, module) => module.once("host", () => new FunctionBody().i32(1)),
  frame: () => [0],
};

type Compute = (
  a: Float64Array,
  rows: number,
  columns: number,
  result: ArrayLike<number> & { [i: number]: number },
) => void;

const COMPUTE: Readonly<Record<Decomposition, Compute>> = {
  eigenvectors(a, size, _, result) {
    eigenvectors(a, size);
    transposeInto(result, a, size, size);
  },
  orthonormal(a, rows, columns, result) {
    const vectors = new Float64Array(a.length);
    transposeInto(vectors, a, rows, columns);
    orthonormalize(vectors, columns, rows);
    transposeInto(result, vectors, columns, rows);
  },
  ordering(a, _, columns, result) {
    for (let i = 0; i < columns * columns; i++) result[i] = 0;
    for (const [column, source] of descending(a).entries()) result[source * columns + column] = 1;
  },
};

function transposeInto(target: { [i: number]: number }, source: Float64Array, rows: number, columns: number): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) target[j * rows + i] = source[i * columns + j] as number;
  }
}
