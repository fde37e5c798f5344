import { repeat } from "../rule/names.ts";

/**
 * Newton-Schulz iterations of Muon's author: `x = nsA x + nsB (x xᵀ) x + nsC (x xᵀ)² x`, `nsSteps` times, for an `x` of a
 * norm of at most 1. They move its singular values to between 0.7 and 1.2.
 *
 * Each iteration multiplies `x` by a polynomial of `gram`, which is `x xᵀ` of the shorter side. These polynomials are small
 * and commute, so they are multiplied with each other first. For a convolution this takes a quarter of the operations.
 */
export const NEWTON_SCHULZ = [
  "gram = rows > columns ? matmul(transpose(x), x) : matmul(x, transpose(x))",
  "polynomial = identity(gram)",
  /* @__PURE__ */ repeat("nsSteps", [
    "series = nsB * gram + nsC * matmul(gram, gram)",
    "polynomial = nsA * polynomial + symmetricProduct(series, polynomial)",
    "half = nsA * gram + symmetricProduct(series, gram)",
    "gram = nsA * half + symmetricProduct(series, half)",
  ]),
  "x = rows > columns ? matmul(x, polynomial) : matmul(polynomial, x)",
] as const;

/** Coefficients of Muon's author, for rules that do not take them as hyperparameters. */
export const COEFFICIENTS = ["nsA = 3.4445", "nsB = -4.775", "nsC = 2.0315"] as const;
