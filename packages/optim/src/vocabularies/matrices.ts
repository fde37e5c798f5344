import { products, transpositions } from "../backends/matrices.ts";
import { plan } from "../rule/plan.ts";
import type { Expression } from "../rule/expression.ts";
import type { Vocabulary } from "../rule/vocabulary.ts";
import { place } from "./areas.ts";

/** Products and transposes of matrices: a tensor's last two axes. */
export const matrices: Vocabulary<"matmul" | "transpose"> = {
  functions: {
    matmul: { takes: [2, 2], build: ({ graph }, a, b) => graph.product(a, b as Expression) },
    transpose: { takes: [1, 1], build: ({ graph }, a) => graph.transpose(a) },
  },
  plan,
  passes: { product: products, transpose: transpositions },
  place,
};
