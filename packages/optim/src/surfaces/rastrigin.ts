import type { Surface } from "./surface.ts";

/** A bowl with 121 local minima, one near every pair of whole numbers. */
export const rastrigin: Surface = {
  name: "rastrigin",
  title: "Rastrigin",
  source: "https://www.sfu.ca/~ssurjano/rastr.html",
  formula: "20 + x^2 - 10 \\cos(2 \\pi x) + y^2 - 10 \\cos(2 \\pi y)",
  value: (point) => point.reduce((sum, x) => sum + 10 + x ** 2 - 10 * Math.cos(2 * Math.PI * x), 0),
  gradient: (point) => point.map((x) => 2 * x + 20 * Math.PI * Math.sin(2 * Math.PI * x)),
  domain: [
    [-5.12, 5.12],
    [-5.12, 5.12],
  ],
  minima: [{ at: [0, 0], value: 0 }],
  start: [-2, 3.5],
};
