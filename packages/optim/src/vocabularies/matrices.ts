import { identities, products, transpositions } from "../backends/matrices.ts";
import { type Expression, type Graph, isHost } from "../rule/expression.ts";
import { planPhases } from "../rule/plan-phases.ts";
import { broadcast, SCALAR } from "../rule/shape.ts";
import type { Vocabulary } from "../rule/vocabulary.ts";
import { allocate } from "./areas.ts";

function product(graph: Graph, a: Expression, b: Expression, symmetric = false): Expression {
  if (isHost(a) || isHost(b)) return graph.binary("mul", a, b);
  const outer = broadcast(`${a.shape.slice(0, 2)}..`, `${b.shape.slice(0, 2)}..`);
  const isMatrix = ({ shape }: Expression): boolean => !shape.slice(2).includes(".");
  if (!outer || a.shape[3] !== b.shape[2] || !isMatrix(a) || !isMatrix(b)) {
    throw new RangeError(
      `matmul of ${a.shape} and ${b.shape}: the columns of the first must be the rows of the second`,
    );
  }
  const [leftTransposed, rightTransposed] = [a.kind === "transpose", b.kind === "transpose"];
  const [left, right] = [a, b].map((e) => (e.kind === "transpose" ? e.a : e)) as [Expression, Expression];
  const shape = `${outer.slice(0, 2)}${a.shape[2]}${b.shape[3]}`;
  return graph.node({ kind: "product", a: left, b: right, leftTransposed, rightTransposed, symmetric, shape });
}

function transposed(graph: Graph, a: Expression): Expression {
  if (isHost(a)) return a;
  if (a.kind === "transpose") return a.a;
  return graph.node({ kind: "transpose", a, shape: `${a.shape.slice(0, 2)}${a.shape[3]}${a.shape[2]}` });
}

/**
 * Vocabulary of products and transposes of matrices, which are a tensor's last two axes. A number c stands for the matrix
 * c I.
 */
export const matrices: Vocabulary<"matmul" | "symmetricProduct" | "transpose" | "identity"> = {
  functions: {
    matmul: { takes: [2, 2], build: ({ graph }, a, b) => product(graph, a, b as Expression) },
    /** Product of symmetric matrices that commute, such as polynomials of one matrix: half the work. */
    symmetricProduct: { takes: [2, 2], build: ({ graph }, a, b) => product(graph, a, b as Expression, true) },
    /** Identity matrix with as many rows as a matrix has columns. */
    identity: {
      takes: [1, 1],
      build: ({ graph }, { shape }) =>
        shape === SCALAR
          ? graph.constant(1)
          : graph.node({ kind: "identity", shape: `${shape.slice(0, 2)}${shape[3]}${shape[3]}` }),
    },
    transpose: { takes: [1, 1], build: ({ graph }, a) => transposed(graph, a) },
  },
  plan: planPhases,
  passes: { product: products, transpose: transpositions, identity: identities },
  allocate,
};
