import type { Pair, Surface } from "./surface.ts";

/** A bowl nine times as steep along one diagonal as along the other, which a step size per axis cannot balance. */
export const booth: Surface = {
  name: "booth",
  title: "Booth",
  source: "https://www.sfu.ca/~ssurjano/booth.html",
  formula: "(x + 2 y - 7)^2 + (2 x + y - 5)^2",
  value: ([x, y]: Pair) => (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
  gradient: ([x, y]: Pair) => [10 * x + 8 * y - 34, 8 * x + 10 * y - 38],
  domain: [
    [-10, 10],
    [-10, 10],
  ],
  minima: [{ at: [1, 3], value: 0 }],
  start: [-8, -4],
};
