import { repeat } from "../rule/names.ts";

/**
 * Newton-Schulz iterations with the coefficients of Muon's author: they move the singular values of `x`, whose norm is at
 * most 1, to between 0.7 and 1.2. The hyperparameter `nsSteps` gives their number.
 */
export const NEWTON_SCHULZ = /* @__PURE__ */ repeat("nsSteps", [
  "gram = rows > columns ? matmul(transpose(x), x) : matmul(x, transpose(x))",
  "series = -4.775 * gram + 2.0315 * matmul(gram, gram)",
  "x = 3.4445 * x + (rows > columns ? matmul(x, series) : matmul(series, x))",
]);
