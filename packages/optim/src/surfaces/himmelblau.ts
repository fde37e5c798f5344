import type { Pair, Surface } from "./surface.ts";

/**
 * Four equal minima around a hill. From the start, beside its top, SGD with or without momentum reaches one of them,
 * and methods that scale each axis separately reach another.
 */
export const himmelblau: Surface = {
  name: "himmelblau",
  title: "Himmelblau",
  source: "https://en.wikipedia.org/wiki/Himmelblau%27s_function",
  formula: "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
  value: ([x, y]: Pair) => (x ** 2 + y - 11) ** 2 + (x + y ** 2 - 7) ** 2,
  gradient([x, y]: Pair) {
    const a = x ** 2 + y - 11;
    const b = x + y ** 2 - 7;
    return [4 * x * a + 2 * b, 2 * a + 4 * y * b];
  },
  domain: [
    [-5, 5],
    [-5, 5],
  ],
  minima: [
    { at: [3, 2], value: 0 },
    { at: [-2.805118086952745, 3.131312518250573], value: 0 },
    { at: [-3.779310253377747, -3.28318599128617], value: 0 },
    { at: [3.584428340330492, -1.848126526964404], value: 0 },
  ],
  start: [0, -1],
};
