import type { Pair, Surface } from "./surface.ts";

/**
 * A surface that falls without end on both sides of a ridge, `y = 0`, which itself dips to the saddle point in its
 * middle. The start is beside the ridge, where the gradient points along it: the nearer, the less of it leads away.
 */
export const saddle: Surface = {
  name: "saddle",
  title: "Saddle",
  source: "https://arxiv.org/abs/1406.2572",
  formula: "x^2 - y^2",
  value: ([x, y]: Pair) => x ** 2 - y ** 2,
  gradient: ([x, y]: Pair) => [2 * x, -2 * y],
  domain: [
    [-2, 2],
    [-2, 2],
  ],
  minima: [],
  start: [1, 1e-3],
};
