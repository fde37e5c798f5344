import type { Pair, Surface } from "./surface.ts";

/** A valley along a parabola: easy to find, followed by a long, nearly flat way around its bend to the minimum. */
export const rosenbrock: Surface = {
  name: "rosenbrock",
  title: "Rosenbrock",
  source: "https://doi.org/10.1093/comjnl/3.3.175",
  formula: "(1 - x)^2 + 100 (y - x^2)^2",
  value: ([x, y]: Pair) => (1 - x) ** 2 + 100 * (y - x ** 2) ** 2,
  gradient: ([x, y]: Pair) => [-2 * (1 - x) - 400 * x * (y - x ** 2), 200 * (y - x ** 2)],
  domain: [
    [-2, 2],
    [-1, 3],
  ],
  minima: [{ at: [1, 1], value: 0 }],
  start: [-1.2, 1],
};
