import { decompositions as passes } from "../backends/decompositions.ts";
import type { Call, CallContext } from "../rule/calls.ts";
import { type Decomposition, type Expression, isHost } from "../rule/expression.ts";
import { planPhases } from "../rule/plan-phases.ts";
import { lengths, type Shape } from "../rule/shape.ts";
import type { Vocabulary } from "../rule/vocabulary.ts";
import { allocate } from "./areas.ts";

/** Returns a function of the language. Of a number c, which stands for the matrix c I, the result is I. */
const decomposition = (op: Decomposition, shapeOf: (a: Expression, context: CallContext) => Shape): Call => ({
  takes: [1, 1],
  build: (context, a) =>
    isHost(a)
      ? context.graph.constant(1)
      : context.graph.node({ kind: "decomposition", op, a, shape: shapeOf(a, context) }),
});

const isMatrix = ({ shape }: Expression): boolean => !shape.slice(2).includes(".");

const symmetric = (a: Expression): Shape => {
  if (isMatrix(a) && a.shape[2] === a.shape[3]) return a.shape;
  throw new RangeError(`eigenvectors of ${a.shape}: expected a symmetric matrix, such as matmul(g, transpose(g))`);
};
const tall = (a: Expression, { shape }: CallContext): Shape => {
  if (isMatrix(a)) {
    if (a.shape[2] === a.shape[3]) return a.shape;
    const [, , rows, columns] = lengths(a.shape, shape().axes);
    if (rows >= columns) return a.shape;
  }
  throw new RangeError(`orthonormal of ${a.shape}: expected a matrix with at least as many rows as columns`);
};
const columns = (a: Expression): Shape => {
  if (a.shape[2] === "." && a.shape[3] !== ".") return `${a.shape.slice(0, 2)}${a.shape[3]}${a.shape[3]}`;
  throw new RangeError(`ordering of ${a.shape}: expected one number for each column`);
};

/**
 * Vocabulary of matrix decompositions: eigenvectors of a symmetric matrix and an orthonormal basis, each as columns, and
 * the permutation matrix that sorts columns by descending numbers. Computed in float64 on the host.
 */
export const decompositions: Vocabulary<"eigenvectors" | "orthonormal" | "ordering"> = {
  functions: {
    eigenvectors: decomposition("eigenvectors", symmetric),
    orthonormal: decomposition("orthonormal", tall),
    ordering: decomposition("ordering", columns),
  },
  plan: planPhases,
  passes: { decomposition: passes },
  allocate,
};
